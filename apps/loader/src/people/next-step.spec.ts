import fc from 'fast-check';
import { type SubscriptionRead } from '@portage/consent';
import { nextStep } from './next-step.js';
import { type Person, type PersonState, type Step, type World } from './person.js';
import {
  decisions,
  former,
  loaded,
  mapped,
  NOW,
  person,
  reads,
  seen,
  sentOptOut,
  untouched,
  world,
} from './person.fixture.js';

const gateClosed: World = { ...world, gateOpen: false };

describe('the next step of a person', () => {
  describe('opt-outs first (invariant 3)', () => {
    it.each([
      ['unsubscribed', 'unsubscribe'],
      ['suppressed', 'suppress'],
      ['held', 'suppress'],
    ] as const)('%s: looks, then sends, before the gate, too', (kind, effect) => {
      expect(nextStep(person(decisions[kind]), gateClosed)).toEqual({ do: 'look' });
      const step = nextStep(person(decisions[kind], { seen: seen(null) }), gateClosed);
      expect(step).toMatchObject({ do: 'opt_out', effect, state: { optOut: { sentAt: NOW, sends: 1, heldAt: null } } });
    });

    it('sends nothing when the opt-out holds already, and keeps nothing that could lift it', () => {
      const step = nextStep(person(decisions.unsubscribed, { seen: seen(reads.unsubscribed) }), world);
      expect(step).toMatchObject({ do: 'note', state: { optOut: { sentAt: null, heldAt: NOW }, written: null } });
    });

    it('is not satisfied by the word alone of whom Klaviyo can mail, and does not stall on it either', () => {
      const step = nextStep(person(decisions.unsubscribed, { seen: seen(reads.bare) }), world);
      expect(step).toMatchObject({ do: 'opt_out', state: { optOut: { bare: true } } });
      const after = (age: number, bare: boolean) => {
        const state = { ...untouched, optOut: sentOptOut({ sentAt: NOW - age, bare }) };
        return nextStep(person(decisions.unsubscribed, { state, seen: seen(reads.bare) }), world);
      };
      expect(after(20_000, false)).toMatchObject({ do: 'note', state: { optOut: { heldAt: NOW } } });
      expect(after(20_000, true)).toMatchObject({ do: 'wait', phase: 'opt_out' });
      expect(after(world.reassertMs / 3, true)).toMatchObject({ do: 'note', state: { optOut: { heldAt: NOW } } });
    });

    it('waits for the effect and loads nothing meanwhile', () => {
      const state = { ...untouched, optOut: sentOptOut() };
      const step = nextStep(person(decisions.unsubscribed, { state, seen: seen(reads.never) }), world);
      expect(step).toMatchObject({ do: 'wait', phase: 'opt_out' });
    });

    it('repeats an opt-out that got lost', () => {
      const state = { ...untouched, optOut: sentOptOut({ sentAt: NOW - world.reassertMs }) };
      const step = nextStep(person(decisions.unsubscribed, { state, seen: seen(reads.never) }), world);
      expect(step).toMatchObject({ do: 'opt_out', state: { optOut: { sends: 2 } } });
    });

    it('goes on to the profile once the effect was read back (invariant 7)', () => {
      const state = { ...untouched, optOut: sentOptOut() };
      const note = nextStep(person(decisions.unsubscribed, { state, seen: seen(reads.unsubscribed) }), world);
      expect(note).toMatchObject({ do: 'note', state: { optOut: { heldAt: NOW } } });
      const after = { ...state, ...(note as Extract<Step, { do: 'note' }>).state };
      expect(nextStep(person(decisions.unsubscribed, { state: after }), world)).toMatchObject({
        do: 'import',
        profile: true,
      });
    });

    it('leaves alone whom the owner changed by hand after the opt-out was in effect', () => {
      const state = { ...loaded, optOut: sentOptOut({ heldAt: NOW - 1000 }) };
      const step = nextStep(person(decisions.unsubscribed, { state, seen: seen(reads.subscribed) }), world);
      expect(step).toEqual({ do: 'finish', result: { outcome: 'unchanged', reason: null } });
    });

    it('does not import somebody whose opt-out went with a profile that was deleted by hand', () => {
      const optOut = sentOptOut({ sentAt: NOW - 2e6, heldAt: NOW - 1e6 });
      const given = person(decisions.unsubscribed, { state: { ...untouched, optOut } });
      expect(nextStep(given, world)).toEqual({ do: 'look' });
      expect(nextStep({ ...given, seen: seen(reads.subscribed) }, world)).toMatchObject({ do: 'import' });
      const note = nextStep({ ...given, seen: seen(null) }, world);
      expect(note).toMatchObject({ do: 'note', state: { optOut: { heldAt: null } } });
      const state = { ...given.state, ...(note as Extract<Step, { do: 'note' }>).state };
      expect(nextStep({ ...given, state, seen: seen(null) }, world)).toMatchObject({ do: 'opt_out' });
    });

    it('looks after a newer opt-out of the source anew', () => {
      const state = { ...loaded, optOut: sentOptOut({ basis: 'unsubscribe:1', heldAt: NOW - 1000 }) };
      expect(nextStep(person(decisions.unsubscribed, { state }), world)).toEqual({ do: 'look' });
    });
  });

  describe('an opt-out that meets a subscription of ours in flight (invariant 3)', () => {
    const flying = {
      consentedAt: 1,
      sentAt: NOW - 30_000,
      accepted: true,
      sends: 1,
      acceptances: 1,
      effectiveAt: null,
    };

    it('waits for as long as a subscription can take to land, though it counts as lost sooner', () => {
      const hasty = { ...world, reassertMs: 1000 };
      const state = { ...loaded, subscription: flying, optOut: sentOptOut() };
      const given = { state, seen: seen(reads.unsubscribed) };
      expect(nextStep(person(decisions.unsubscribed, given), hasty)).toMatchObject({ do: 'wait', phase: 'opt_out' });
    });

    it('does not trust an opt-out that holds while a subscription that was sent twice may land once more', () => {
      const twice = { ...flying, sends: 2, acceptances: 2, effectiveAt: NOW - 10_000 };
      const state = { ...loaded, subscription: twice, optOut: sentOptOut({ sentAt: NOW - 5000 }) };
      const step = (read: typeof reads.unsubscribed | typeof reads.subscribed, now = NOW) =>
        nextStep(person(decisions.unsubscribed, { state, seen: seen(read, now) }), { ...world, now });
      expect(step(reads.unsubscribed)).toMatchObject({ do: 'wait', phase: 'opt_out' });
      expect(step(reads.subscribed)).toMatchObject({ do: 'wait', phase: 'opt_out' });
      expect(step(reads.subscribed, NOW + world.reassertMs / 3)).toMatchObject({ do: 'opt_out' });
      expect(step(reads.unsubscribed, twice.sentAt + world.reassertMs)).toMatchObject({ do: 'note' });
    });

    it('is sent at once', () => {
      const state = { ...loaded, subscription: flying };
      const step = nextStep(person(decisions.unsubscribed, { state, seen: seen(reads.never) }), world);
      expect(step).toMatchObject({ do: 'opt_out', effect: 'unsubscribe' });
    });

    it('does not count as held while the subscription may still land', () => {
      const state = { ...loaded, subscription: flying, optOut: sentOptOut() };
      const step = nextStep(person(decisions.unsubscribed, { state, seen: seen(reads.unsubscribed) }), world);
      expect(step).toMatchObject({ do: 'wait', phase: 'opt_out' });
      const later = { ...world, now: flying.sentAt + world.reassertMs };
      const settled = nextStep(
        person(decisions.unsubscribed, { state, seen: seen(reads.unsubscribed, later.now) }),
        later,
      );
      expect(settled).toMatchObject({ do: 'note', state: { subscription: null } });
    });

    it('is repeated as soon as the subscription shows', () => {
      const state = { ...loaded, subscription: flying, optOut: sentOptOut({ sentAt: NOW - 1000 }) };
      const step = nextStep(person(decisions.unsubscribed, { state, seen: seen(reads.subscribed) }), world);
      expect(step).toMatchObject({ do: 'opt_out', state: { subscription: { effectiveAt: NOW } } });
    });
  });

  describe('profiles', () => {
    it('wait for the gate', () => {
      expect(nextStep(person(decisions.subscribed), gateClosed)).toEqual({ do: 'wait', phase: 'gate', until: null });
    });

    it('are mapped, then imported with their lists', () => {
      const lists = { ready: ['l1', 'l2'], kept: [], awaited: [], soon: false };
      expect(nextStep(person(decisions.no_consent, { lists, mapped: undefined }), world)).toEqual({ do: 'map' });
      expect(nextStep(person(decisions.no_consent, { lists }), world)).toEqual({
        do: 'import',
        profile: true,
        lists: ['l1', 'l2'],
      });
    });

    it('that are written already are not written again', () => {
      expect(nextStep(person(decisions.no_consent, { state: loaded }), world)).toEqual({
        do: 'finish',
        result: { outcome: 'unchanged', reason: null },
      });
    });

    it('wait for lists that will exist within moments, and for none that take longer', () => {
      const soon = { ready: [], kept: [], awaited: ['k'], soon: true };
      expect(nextStep(person(decisions.no_consent, { lists: soon }), world)).toMatchObject({
        do: 'wait',
        phase: 'lists',
      });
      expect(nextStep(person(decisions.no_consent, { lists: { ...soon, soon: false } }), world)).toMatchObject({
        do: 'import',
      });
    });

    it('that Klaviyo refused are not sent again until they change', () => {
      const state = { ...untouched, rejected: { code: 'klaviyo.invalid', fingerprint: 'f1' } };
      expect(nextStep(person(decisions.subscribed, { state }), world)).toEqual({
        do: 'finish',
        result: { outcome: 'rejected', reason: 'klaviyo.invalid' },
      });
      const changed = { ...mapped, fingerprint: 'f2' };
      expect(nextStep(person(decisions.subscribed, { state, mapped: changed }), world)).toMatchObject({ do: 'import' });
    });

    it('leave lists that the source took them off, but not those of a deleted contact', () => {
      const state = { ...loaded, lists: ['gone', 'kept'] };
      const lists = { ready: [], kept: ['kept'], awaited: [], soon: false };
      const step = nextStep(person(decisions.no_consent, { state, lists, seen: seen(reads.never) }), world);
      expect(step).toEqual({ do: 'leave', lists: ['gone'] });
    });

    it('of deleted people are neither written nor changed', () => {
      const state = { ...loaded, lists: ['l1'] };
      expect(nextStep(person(decisions.deleted, { state }), world)).toEqual({
        do: 'finish',
        result: { outcome: 'skipped', reason: 'deleted' },
      });
    });
  });

  describe('before the end of the pass that published them (invariant 3)', () => {
    const running: World = { ...world, observed: false };

    it('new people and subscriptions wait, because an opt-out in a report comes after the contact', () => {
      expect(nextStep(person(decisions.no_consent), running)).toMatchObject({ do: 'wait', phase: 'pass' });
      expect(nextStep(person(decisions.subscribed, { state: loaded }), running)).toMatchObject({
        do: 'wait',
        phase: 'pass',
      });
    });

    it('opt-outs and profiles of people who are there already do not', () => {
      expect(nextStep(person(decisions.unsubscribed), running)).toEqual({ do: 'look' });
      const changed = { ...mapped, fingerprint: 'f2' };
      expect(nextStep(person(decisions.no_consent, { state: loaded, mapped: changed }), running)).toMatchObject({
        do: 'import',
      });
    });
  });

  describe('on the word of a source that is too old (invariant 3)', () => {
    const stale: World = { ...world, stale: true };
    const skipped = { do: 'finish', result: { outcome: 'skipped', reason: 'stale_source' } };

    it('people are loaded and opted out, and nobody is subscribed', () => {
      expect(nextStep(person(decisions.unsubscribed), stale)).toEqual({ do: 'look' });
      expect(nextStep(person(decisions.subscribed), stale)).toMatchObject({ do: 'import' });
      expect(nextStep(person(decisions.subscribed, { state: loaded }), stale)).toEqual(skipped);
    });

    it('what was sent before is looked after, and not sent again', () => {
      const lost = { consentedAt: 1, sentAt: 2, accepted: true, sends: 1, acceptances: 1, effectiveAt: null };
      const of = (read: SubscriptionRead) =>
        nextStep(person(decisions.subscribed, { state: { ...loaded, subscription: lost }, seen: seen(read) }), stale);
      expect(of(reads.never)).toEqual(skipped);
      expect(of(reads.subscribed)).toMatchObject({ do: 'note' });
    });
  });

  describe('subscriptions', () => {
    it('come last and after a fresh read', () => {
      expect(nextStep(person(decisions.subscribed, { state: loaded }), world)).toEqual({ do: 'look' });
      const stale = seen(reads.never, NOW - 61_000);
      expect(nextStep(person(decisions.subscribed, { state: loaded, seen: stale }), world)).toEqual({ do: 'look' });
      expect(nextStep(person(decisions.subscribed, { state: loaded, seen: seen(reads.never) }), world)).toEqual({
        do: 'subscribe',
        consentedAt: decisions.subscribed.consentedAt,
      });
    });

    it('are not sent for an opt-out that is somebody else’s: it is listed for the owner', () => {
      const step = nextStep(person(decisions.subscribed, { state: loaded, seen: seen(reads.unsubscribed) }), world);
      expect(step).toMatchObject({ do: 'note', state: { conflict: 'opted_out_in_klaviyo' } });
      const state = { ...loaded, conflict: 'opted_out_in_klaviyo' };
      expect(nextStep(person(decisions.subscribed, { state, seen: seen(reads.unsubscribed) }), world)).toEqual({
        do: 'finish',
        result: { outcome: 'skipped', reason: 'consent_conflict' },
      });
    });

    it('that may be in flight are looked for and not repeated before their time is over', () => {
      const accepted = {
        consentedAt: 1,
        sentAt: NOW - 400_000,
        accepted: true,
        sends: 1,
        acceptances: 1,
        effectiveAt: null,
      };
      const at = (subscription: PersonState['subscription']) =>
        nextStep(person(decisions.subscribed, { state: { ...loaded, subscription }, seen: seen(reads.never) }), world);
      expect(at(accepted)).toMatchObject({ do: 'wait', phase: 'subscription' });
      expect(at({ ...accepted, accepted: false })).toMatchObject({ do: 'subscribe' });
      expect(at({ ...accepted, accepted: false, sentAt: NOW - 60_000 })).toMatchObject({ do: 'wait' });
    });

    it('are not sent again soon after, however fast everything else is', () => {
      const hasty = { ...world, readBackMs: 250, reassertMs: 1000, landsWithinMs: 600_000 };
      const sent = { consentedAt: 1, accepted: true, sends: 1, acceptances: 1, effectiveAt: null };
      const after = (seconds: number, accepted: boolean) => {
        const state = { ...loaded, subscription: { ...sent, accepted, sentAt: NOW - seconds * 1000 } };
        return nextStep(person(decisions.subscribed, { state, seen: seen(reads.never) }), hasty).do;
      };
      expect([after(299, true), after(300, true)]).toEqual(['wait', 'subscribe']);
      expect([after(179, false), after(180, false)]).toEqual(['wait', 'subscribe']);
    });

    it('without effect are given up after a second time and listed for the owner', () => {
      const { consentedAt } = decisions.subscribed;
      const subscription = {
        consentedAt,
        sentAt: NOW - 1e7,
        accepted: true,
        sends: 2,
        acceptances: 2,
        effectiveAt: null,
      };
      const given = person(decisions.subscribed, { state: { ...loaded, subscription }, seen: seen(reads.never) });
      expect(nextStep(given, world)).toEqual({ do: 'note', state: { conflict: 'subscription_without_effect' } });
      const listed = { ...given, state: { ...given.state, conflict: 'subscription_without_effect' } };
      expect(nextStep(listed, world)).toMatchObject({ do: 'finish', result: { reason: 'consent_conflict' } });
    });

    it('that got no answer are sent again, however often that happened', () => {
      const { consentedAt } = decisions.subscribed;
      const subscription = {
        consentedAt,
        sentAt: NOW - 1e7,
        accepted: false,
        sends: 9,
        acceptances: 0,
        effectiveAt: null,
      };
      const given = person(decisions.subscribed, { state: { ...loaded, subscription }, seen: seen(reads.never) });
      expect(nextStep(given, world)).toMatchObject({ do: 'subscribe' });
    });

    it('in effect are never sent again, whatever the owner does by hand', () => {
      const subscription = { consentedAt: 1, sentAt: 2, accepted: true, sends: 1, acceptances: 1, effectiveAt: 3 };
      const step = nextStep(
        person(decisions.subscribed, { state: { ...loaded, subscription }, seen: seen(reads.unsubscribed) }),
        world,
      );
      expect(step).toEqual({ do: 'finish', result: { outcome: 'unchanged', reason: null } });
    });

    it('lift an own opt-out whose repeat moved its dates, and none that moved at another time', () => {
      const sentAt = NOW - 1e7;
      const at = (ms: number): SubscriptionRead => {
        const timestamp = new Date(ms).toISOString();
        const suppressions = [{ reason: 'UNSUBSCRIBE', timestamp }];
        return { consent: 'UNSUBSCRIBED', consentTimestamp: timestamp, suppressions };
      };
      const readBack = at(sentAt - 400_000);
      const written: PersonState['written'] = {
        effects: ['unsubscribe'],
        causes: ['unsubscribed'],
        optedOutAt: NOW - 2e9,
        writtenAt: sentAt,
        readBack,
      };
      const after = (read: SubscriptionRead, sends: number) => {
        const optOut = sentOptOut({ sentAt, sends, heldAt: sentAt + 1000 });
        return nextStep(
          person(decisions.subscribed, { state: { ...loaded, optOut, written }, seen: seen(read) }),
          world,
        );
      };
      const conflict = { do: 'note', state: { conflict: 'changed_since_written' } };
      expect(after(readBack, 2)).toMatchObject({ do: 'subscribe' });
      expect(after(at(sentAt + 100_000), 2)).toMatchObject({ do: 'subscribe' });
      expect(after(at(sentAt + 100_000), 1)).toMatchObject(conflict);
      expect(after(at(sentAt + world.landsWithinMs + 1), 2)).toMatchObject(conflict);
      const complaint = { reason: 'SPAM_COMPLAINT', timestamp: new Date(sentAt + 100_000).toISOString() };
      const both = { ...readBack, suppressions: [...readBack.suppressions, complaint] };
      expect(after(both, 2)).toMatchObject(conflict);
    });

    it('wait for an own opt-out that is no longer wanted but in flight', () => {
      const state = { ...loaded, optOut: sentOptOut() };
      const step = nextStep(person(decisions.subscribed, { state, seen: seen(reads.never) }), world);
      expect(step).toMatchObject({ do: 'wait', phase: 'opt_out' });
    });
  });

  describe('changed addresses', () => {
    const moved = { formerAddresses: ['old@b.example'] };

    it('are looked at before the new one is loaded', () => {
      expect(nextStep(person(decisions.subscribed, moved), world)).toEqual({ do: 'look' });
    });

    it('hand an opt-out of the old one on: unsubscribed before loaded, and listed', () => {
      const step = nextStep(
        person(decisions.subscribed, { ...moved, formers: [former({ read: reads.unsubscribed })], seen: seen(null) }),
        world,
      );
      expect(step).toMatchObject({ do: 'note', state: { inherited: true } });
      const state = { ...untouched, inherited: true, conflict: 'former_address_opted_out' };
      expect(nextStep(person(decisions.subscribed, { ...moved, state, seen: seen(null) }), world)).toMatchObject({
        do: 'opt_out',
        effect: 'unsubscribe',
      });
    });
  });

  it('never subscribes or imports anybody with an opt-out outstanding (property, invariant 3)', () => {
    const state = fc.record({
      optOut: fc.constantFrom(
        null,
        sentOptOut(),
        sentOptOut({ sentAt: NOW - 1e7 }),
        sentOptOut({ basis: 'unsubscribe:1' }),
      ),
      subscription: fc.constantFrom(
        null,
        { consentedAt: 1, sentAt: NOW - 1000, accepted: true, sends: 1, acceptances: 1, effectiveAt: null },
        { consentedAt: 1, sentAt: NOW - 1000, accepted: false, sends: 1, acceptances: 1, effectiveAt: null },
      ),
      profile: fc.constantFrom(null, mapped),
      inherited: fc.boolean(),
    });
    const read = fc.constantFrom(null, ...Object.values(reads));
    const decision = fc.constantFrom(decisions.unsubscribed, decisions.suppressed, decisions.held);
    fc.assert(
      fc.property(
        decision,
        state,
        fc.option(read, { nil: undefined }),
        fc.boolean(),
        (wanted, given, found, gateOpen) => {
          const who: Person = person(wanted, {
            state: { ...untouched, ...given },
            seen: found === undefined ? null : seen(found),
          });
          const step = nextStep(who, { ...world, gateOpen });
          expect(['subscribe', 'import', 'map', 'leave', 'finish']).not.toContain(step.do);
        },
      ),
    );
  });
});
