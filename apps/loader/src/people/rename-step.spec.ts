import fc from 'fast-check';
import { type Decision } from '@portage/consent';
import { isExposed, nextStep } from './next-step.js';
import { type Former, type Person, type PersonState, type World } from './person.js';
import { decisions, former, loaded, NOW, person, reads, seen, sentOptOut, untouched, world } from './person.fixture.js';

const subscription = { consentedAt: 1, sentAt: NOW - 1000, accepted: true, sends: 1, acceptances: 1 };

const sentAt = (lastAt: number) => ({ lastRequest: 1, lastAt, landed: false });

function moved(decision: Decision, formers: readonly Former[], changes: Partial<Person> = {}): Person {
  return person(decision, {
    formerAddresses: formers.map(({ address }) => address),
    formers,
    seen: seen(null),
    ...changes,
  });
}

describe('a contact that moved to an address of which Klaviyo knows nobody', () => {
  const rename = { do: 'rename', from: 'old@b.example', profileId: 'old-profile', sent: false };

  it('takes its profile along', () => {
    expect(nextStep(moved(decisions.subscribed, [former()]), world)).toEqual(rename);
    expect(nextStep(moved(decisions.subscribed, [former({ read: reads.never })]), world)).toEqual(rename);
    expect(nextStep(moved(decisions.no_consent, [former({ read: reads.never })]), world)).toEqual(rename);
  });

  it('takes along the one that is there, where it had several', () => {
    const gone = former({ address: 'older@b.example', read: null, state: null });
    expect(nextStep(moved(decisions.subscribed, [gone, former()]), world)).toEqual(rename);
  });

  it('waits until imports for the old address have ended', () => {
    const state = { ...loaded, openJobs: 1 };
    expect(nextStep(moved(decisions.subscribed, [former({ state })]), world)).toMatchObject({
      do: 'wait',
      phase: 'rename',
    });
  });

  it('reads anew before that what was read half a minute ago (invariant 3)', () => {
    const given = moved(decisions.subscribed, [former()], { seen: seen(null, NOW - 31_000) });
    expect(nextStep(given, world)).toEqual({ do: 'look' });
  });

  it.each<[string, Person, World?]>([
    ['consent is not proven and the profile has some (invariant 4)', moved(decisions.no_consent, [former()])],
    ['Klaviyo knows the new address', moved(decisions.subscribed, [former()], { seen: seen(reads.never) })],
    ['Klaviyo does not know the old one', moved(decisions.subscribed, [former({ read: null })])],
    ['somebody else has or had the old one', moved(decisions.subscribed, [former({ vacant: false })])],
    ['Portage never loaded the old one', moved(decisions.subscribed, [former({ state: untouched })])],
    [
      'Portage opted the old one out',
      moved(decisions.subscribed, [former({ state: { ...loaded, optOut: sentOptOut() } })]),
    ],
    [
      'a subscription is on its way to the old one',
      moved(decisions.subscribed, [
        former({ state: { ...loaded, subscription: { ...subscription, effectiveAt: null } } }),
      ]),
    ],
    [
      'an event has been on its way to the old one for long',
      moved(decisions.subscribed, [former({ events: sentAt(NOW - world.landsWithinMs / 10) })]),
    ],
    ['the source has spoken too long ago', moved(decisions.subscribed, [former()]), { ...world, stale: true }],
    [
      'Klaviyo refused it',
      moved(decisions.subscribed, [former()], {
        state: { ...untouched, rename: { from: 'old@b.example', profileId: 'old-profile', sentAt: 1, refused: 'x' } },
      }),
    ],
  ])('is loaded as itself where %s', (_, given, at = world) => {
    expect(nextStep(given, at)).toMatchObject({ do: 'import' });
  });

  it('waits for a while until events for the old one have landed', () => {
    const given = (landed: boolean) =>
      moved(decisions.subscribed, [former({ events: { ...sentAt(NOW - 1000), landed } })]);
    expect(nextStep(given(false), world)).toMatchObject({ do: 'wait', phase: 'rename' });
    expect(nextStep(given(true), world)).toEqual(rename);
  });

  it('waits for the gate and the end of the pass like whoever is new', () => {
    const given = moved(decisions.subscribed, [former()]);
    expect(nextStep(given, { ...world, gateOpen: false })).toMatchObject({ do: 'wait', phase: 'gate' });
    expect(nextStep(given, { ...world, observed: false })).toMatchObject({ do: 'wait', phase: 'pass' });
  });

  it.each([reads.unsubscribed, { ...reads.never, canReceive: false }])(
    'whose old address has opted out in Klaviyo is unsubscribed instead (invariant 3)',
    (read) => {
      const step = nextStep(moved(decisions.subscribed, [former(), former({ read })]), world);
      expect(step).toMatchObject({ do: 'note', state: { inherited: true } });
    },
  );

  it('never gets a profile on whose consent the source and Klaviyo do not agree (property, invariants 3 and 4)', () => {
    const anyFormer = fc.record({
      read: fc.constantFrom(null, ...Object.values(reads)),
      vacant: fc.boolean(),
      state: fc.constantFrom(null, untouched, loaded, { ...loaded, optOut: sentOptOut() }),
      events: fc.constantFrom(null, sentAt(NOW - 1000), sentAt(1), { ...sentAt(NOW - 1000), landed: true }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(decisions)),
        fc.array(anyFormer, { maxLength: 3 }),
        (decision, given) => {
          const formers = given.map((changes) => former(changes));
          if (nextStep(moved(decision, formers), world).do !== 'rename') return;
          expect(['subscribed', 'no_consent']).toContain(decision.kind);
          expect(formers.some(({ events }) => events?.landed !== false)).toBe(true);
          expect(formers.every(({ read }) => read === null || read.suppressions.length === 0)).toBe(true);
          const consents = formers.filter(({ vacant }) => vacant).map(({ read }) => read?.consent);
          if (decision.kind === 'no_consent') expect(consents).toContain('NEVER_SUBSCRIBED');
        },
      ),
    );
  });
});

describe('a rename that may have been carried out', () => {
  const sentAt = NOW - world.readBackMs;
  const state: PersonState = {
    ...untouched,
    rename: { from: 'old@b.example', profileId: 'p', sentAt, refused: null },
  };
  const given = moved(decisions.subscribed, [former()], { state });

  it('is looked for once it would have landed', () => {
    const early = { ...world, now: NOW - 1 };
    expect(nextStep(given, early)).toEqual({ do: 'wait', phase: 'rename', until: NOW });
    expect(nextStep({ ...given, seen: seen(null, sentAt) }, world)).toEqual({ do: 'look' });
  });

  it('was, if the profile has the new address', () => {
    const step = nextStep({ ...given, seen: seen(reads.subscribed) }, world);
    expect(step).toEqual({ do: 'rename', from: 'old@b.example', profileId: 'p', sent: true });
  });

  it('was not, if nobody or somebody else has it', () => {
    for (const read of [null, reads.never]) {
      const who = read && { ...seen(read), profileId: 'another' };
      const step = nextStep({ ...given, seen: who ?? seen(null) }, world);
      expect(step).toEqual({ do: 'note', state: { rename: null } });
    }
  });

  it('delays no opt-out, and is settled for whoever is skipped, too', () => {
    const optedOut = { ...given, decision: decisions.unsubscribed, seen: seen(reads.subscribed) };
    expect(nextStep(optedOut, world)).toMatchObject({ do: 'opt_out' });
    expect(nextStep({ ...given, decision: decisions.deleted, seen: seen(reads.subscribed) }, world)).toMatchObject({
      do: 'rename',
    });
  });
});

describe('an address that a contact left', () => {
  const left: Decision = { kind: 'suppressed', reason: 'address_left', contactId: null };
  const given = person(left, { state: loaded, yielding: true, seen: seen(reads.subscribed) });

  it('is not suppressed while its profile may go along, and exposes nobody', () => {
    expect(nextStep(given, world)).toMatchObject({ do: 'wait', phase: 'rename' });
    expect(isExposed(given, world)).toBe(false);
  });

  it('is suppressed if not', () => {
    expect(nextStep({ ...given, yielding: false }, world)).toMatchObject({ do: 'opt_out', effect: 'suppress' });
    expect(isExposed({ ...given, yielding: false }, world)).toBe(true);
  });

  it('is opted out at once where it opted out itself (invariant 3)', () => {
    expect(nextStep({ ...given, decision: decisions.unsubscribed }, world)).toMatchObject({ do: 'opt_out' });
  });
});
