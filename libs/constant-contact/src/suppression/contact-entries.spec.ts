import fc from 'fast-check';
import { permissionSymbols, type SuppressionEntry } from '@portage/records';
import { entriesOfContact, type FormerStanding, type Standing } from './contact-entries.js';

const now = 10_000_000;
const standing: Standing = {
  email: 'a@x.example',
  permission: 'explicit',
  optInAt: 100_000,
  optOutSource: null,
  optOutAt: null,
};
const gone: Standing = { ...standing, permission: 'unsubscribed', optOutSource: 'Contact', optOutAt: 500_000 };

function after(contact: Standing, entries: readonly SuppressionEntry[] = [], former: FormerStanding | null = null) {
  return entriesOfContact(contact, { entries, former }, now);
}

function shown(entries: readonly SuppressionEntry[]) {
  return entries.map(({ address, reason, source, active, occurredAt }) => [
    address,
    reason,
    source,
    active,
    occurredAt,
  ]);
}

describe('entries that a contact shows', () => {
  it('an unsubscribe counts for the address, from its date, or from when it was first seen', () => {
    expect(shown(after(gone))).toEqual([['a@x.example', 'unsubscribed', 'contact', true, 500_000]]);
    const undated = { ...gone, optOutAt: null, optOutSource: 'Account' };
    const first = after(undated);
    expect(shown(first)).toEqual([['a@x.example', 'unsubscribed', 'account', true, now]]);
    expect(entriesOfContact(undated, { entries: first, former: undated }, now + 5)).toEqual(first);
  });

  it.each(['not_set', 'pending_confirmation', 'temp_hold', 'unknown'] as const)(
    '%s holds, and ends with the permission',
    (permission) => {
      const held = after({ ...standing, permission });
      expect(shown(held)).toEqual([['a@x.example', 'held', 'account', true, null]]);
      expect(after(standing, held)).toEqual([{ ...held[0], active: false, liftedAt: now }]);
    },
  );

  it.each([
    ['explicit, newer', { ...standing, optInAt: 501_000 }, false],
    ['explicit, older', { ...standing, optInAt: 400_000 }, true],
    ['explicit, of the same second', { ...standing, optInAt: 500_000 }, true],
    ['explicit, of the same second, with a fraction', { ...standing, optInAt: 500_108 }, true],
    ['explicit, in the future', { ...standing, optInAt: now + 1 }, true],
    ['explicit, without a date', { ...standing, optInAt: null }, true],
    ['implicit, newer', { ...standing, permission: 'implicit' as const, optInAt: 600_000 }, true],
  ])('invariant 3: an unsubscribe ends only by a newer explicit opt-in (%s)', (_name, contact, active) => {
    expect(after(contact, after(gone), gone).map((entry) => entry.active)).toEqual([active]);
  });

  it('a changed address leaves the old entries, and an unsubscribe lost in the same change follows to the new one', () => {
    const moved = after({ ...standing, email: 'b@x.example' }, after(gone), gone);
    expect(shown(moved)).toEqual([
      ['a@x.example', 'unsubscribed', 'contact', true, 500_000],
      ['b@x.example', 'unsubscribed', 'contact', true, 500_000],
    ]);
    const renewed = after({ ...standing, email: 'b@x.example', optInAt: 600_000 }, after(gone), gone);
    expect(renewed.map((entry) => [entry.address, entry.active])).toEqual([
      ['a@x.example', true],
      ['b@x.example', false],
    ]);
  });

  it('invariant 3: no entry is ever dropped, and one that is unsubscribed now is active now', () => {
    const at = fc.option(fc.integer({ min: 0, max: 20_000_000 }), { nil: null });
    const state = fc.record({
      email: fc.constantFrom('a@x.example', 'b@x.example', null),
      permission: fc.constantFrom(...permissionSymbols),
      optInAt: at,
      optOutAt: at,
      optOutSource: fc.constantFrom('Contact', 'Account', null),
    });
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 8 }), (states) => {
        let entries: SuppressionEntry[] = [];
        let former: Standing | null = null;
        for (const contact of states) {
          const next = entriesOfContact(contact, { entries, former }, now);
          const identity = (one: SuppressionEntry) => JSON.stringify([one.address, one.reason, one.source]);
          expect(next.map(identity)).toEqual(expect.arrayContaining(entries.map(identity)));
          expect(new Set(next.map(identity)).size).toBe(next.length);
          const lost = entries.filter((one) => one.active && one.address !== contact.email);
          expect(next).toEqual(expect.arrayContaining(lost));
          if (contact.permission === 'unsubscribed' && contact.email !== null)
            expect(
              next.some((one) => one.address === contact.email && one.reason === 'unsubscribed' && one.active),
            ).toBe(true);
          entries = next;
          former = contact;
        }
      }),
    );
  });
});
