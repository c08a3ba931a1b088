import fc from 'fast-check';
import { type Permission, permissionSymbols, type SuppressionReason, suppressionReasonSymbols } from '@portage/records';
import { decide } from './decide.js';
import { type Decision } from './decision.js';
import { type ContactFacts, type EntryFacts, type PersonFacts } from './person.js';

const now = 1_800_000_000_000;
const moment = fc.option(
  fc.oneof(fc.integer({ min: now - 1000, max: now + 1000 }), fc.integer({ min: 0, max: 2 * now })),
);
const ids = fc.constantFrom('c1', 'c2', 'c3');
const contact: fc.Arbitrary<ContactFacts> = fc.record({
  contactId: ids,
  email: fc.option(fc.constant('ann@portage.test'), { freq: 9 }),
  emailGiven: fc.boolean(),
  permission: fc.oneof(
    fc.constantFrom(...permissionSymbols),
    fc.string().map((word) => word as Permission),
  ),
  optInAt: moment,
  optOutAt: moment,
  deleted: fc.boolean(),
  updatedAt: moment,
});
const entry: fc.Arbitrary<EntryFacts> = fc.record({
  contactId: ids,
  contactDeleted: fc.boolean(),
  active: fc.boolean(),
  reason: fc.oneof(
    fc.constantFrom(...suppressionReasonSymbols),
    fc.string().map((word) => word as SuppressionReason),
  ),
  occurredAt: moment,
  liftedAt: moment,
  observedAt: fc.integer({ min: 0, max: 2 * now }),
});
const person: fc.Arbitrary<PersonFacts> = fc.record({
  contacts: fc.uniqueArray(contact, { maxLength: 3, selector: (facts) => facts.contactId }),
  entries: fc.array(entry, { maxLength: 4 }),
  vacated: fc.boolean(),
});
const options = fc.constantFrom({ consent: 'explicit' } as const, { consent: 'explicit_and_implicit' } as const);

/** Subscribed people are mailable; Klaviyo can mail those without consent too; the rest are suppressed or not there. */
const mailability = (decision: Decision): number => ({ subscribed: 2, no_consent: 1 })[decision.kind as string] ?? 0;

describe('decide, for any input', () => {
  it('never subscribes anyone who opted out (invariant 3)', () => {
    fc.assert(
      fc.property(person, options, (facts, consent) => {
        const optedOut =
          facts.contacts.some(({ email, permission }) => email !== null && permission === 'unsubscribed') ||
          facts.entries.some(({ active, reason }) => active && reason !== 'held');
        if (optedOut) expect(mailability(decide(facts, consent, now))).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('never makes anyone more mailable for one more opt-out (invariant 3)', () => {
    fc.assert(
      fc.property(person, entry, contact, options, (facts, extra, optedOut, consent) => {
        const before = mailability(decide(facts, consent, now));
        const withEntry = { ...facts, entries: [...facts.entries, { ...extra, active: true }] };
        expect(mailability(decide(withEntry, consent, now))).toBeLessThanOrEqual(before);
        const inactive = { ...facts, entries: [...facts.entries, { ...extra, active: false }] };
        expect(mailability(decide(inactive, consent, now))).toBeLessThanOrEqual(before);
        const leaver = { ...optedOut, contactId: 'c9', permission: 'unsubscribed' as const };
        const withLeaver = { ...facts, contacts: [...facts.contacts, leaver] };
        expect(mailability(decide(withLeaver, consent, now))).toBeLessThanOrEqual(before);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes words it does not know for no consent (invariant 4)', () => {
    const known = new Set<string>(permissionSymbols.filter((word) => word !== 'unknown'));
    const foreign = fc.string().filter((word) => !known.has(word));
    fc.assert(
      fc.property(contact, foreign, options, (facts, word, consent) => {
        const decision = decide(
          { contacts: [{ ...facts, permission: word as Permission }], entries: [] },
          consent,
          now,
        );
        expect(mailability(decision)).toBe(0);
      }),
    );
  });

  it('subscribes only with a past date that one of the contacts gave (invariant 4)', () => {
    fc.assert(
      fc.property(person, options, (facts, consent) => {
        const decision = decide(facts, consent, now);
        if (decision.kind !== 'subscribed') return;
        expect(decision.consentedAt).toBeLessThan(now);
        const wanted = facts.contacts.some(
          ({ deleted, optInAt, permission }) =>
            !deleted && permission === decision.reason && optInAt === decision.consentedAt,
        );
        expect(wanted).toBe(true);
        if (consent.consent === 'explicit') expect(decision.reason).toBe('explicit');
      }),
      { numRuns: 2000 },
    );
  });

  it('does not depend on the order of its inputs', () => {
    fc.assert(
      fc.property(person, options, fc.integer(), (facts, consent, seed) => {
        const turned = { ...facts, contacts: turn(facts.contacts, seed), entries: turn(facts.entries, seed) };
        expect(decide(turned, consent, now)).toEqual(decide(facts, consent, now));
      }),
      { numRuns: 1000 },
    );
  });
});

function turn<T>(items: readonly T[], seed: number): T[] {
  const at = items.length === 0 ? 0 : Math.abs(seed) % items.length;
  return [...items.slice(at), ...items.slice(0, at)].reverse();
}
