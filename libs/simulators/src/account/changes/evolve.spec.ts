import { ROW_TYPES } from '../row-codes.js';
import { generateAccount } from '../generate-account.js';
import { type Account } from '../account.js';
import { applyChange } from './apply-change.js';
import { evolve } from './evolve.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const LATER = NOW + 3_600_000;

const fresh = (): Account => generateAccount({ seed: 11, contacts: 400, lists: 12, campaigns: 10, now: NOW });

describe('evolve', () => {
  it('makes the same changes for the same seed', () => {
    const [one, other] = [fresh(), fresh()];
    expect(evolve(one, { seed: 3, steps: 200, now: LATER })).toEqual(
      evolve(other, { seed: 3, steps: 200, now: LATER }),
    );
    expect(one).toEqual(other);
  });

  it('lets everything happen that can happen, and keeps the account sound', () => {
    const account = fresh();
    const kinds = new Set(evolve(account, { seed: 4, steps: 1500, now: LATER }).map(({ kind }) => kind));
    expect(kinds.size).toBe(17);
    const held = account.contacts.flatMap(({ email, purgedAt }) =>
      email === undefined || purgedAt !== undefined ? [] : [email.address.trim().toLowerCase()],
    );
    expect(new Set(held).size).toBe(held.length);
    for (const { rows } of account.campaigns.flatMap(({ activities }) => activities)) {
      for (const type of ROW_TYPES) {
        const seconds = [...rows[type].second.subarray(0, rows[type].length)];
        expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
      }
    }
  });

  it('keeps to the kinds it was told', () => {
    const changes = evolve(fresh(), { seed: 5, steps: 100, now: LATER, kinds: ['unsubscribe', 'purge_contact'] });
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['unsubscribe', 'purge_contact']));
  });
});

describe('a change', () => {
  const account = fresh();
  const contact = account.contacts.find((one) => one.deletedAt === undefined && one.email?.permission === 'explicit');
  const contactId = contact?.id ?? '';
  const before = contact?.email?.address ?? '';

  it('of the address keeps the former one, and refuses one that somebody holds', () => {
    const taken = account.contacts.find((one) => one !== contact && one.email !== undefined)?.email?.address ?? '';
    expect(() =>
      applyChange(account, { kind: 'change_email', contactId, address: taken.toUpperCase() }, LATER),
    ).toThrow(RangeError);
    applyChange(account, { kind: 'change_email', contactId, address: 'new@mail1.portage-demo.org' }, LATER);
    expect(contact?.formerAddresses?.at(-1)).toEqual({ address: before, until: LATER });
    expect(contact?.updatedAt).toBe(LATER);
  });

  it('that unsubscribes by a link leaves a row and the date of the contact where it was', () => {
    const activity = account.campaigns.find(({ status }) => status === 'Done')?.activities[0];
    const rows = activity?.rows.optouts.length ?? 0;
    applyChange(
      account,
      { kind: 'unsubscribe', contactId, by: 'Contact', activityId: activity?.id ?? '' },
      LATER + 5000,
    );
    expect(activity?.rows.optouts.length).toBe(rows + 1);
    expect(contact?.email).toMatchObject({
      permission: 'unsubscribed',
      optOutDate: LATER + 5000,
      optOutSource: 'Contact',
    });
    expect(contact?.updatedAt).toBe(LATER);
  });

  it('that deletes takes the lists and leaves the permission; revival moves no date', () => {
    applyChange(account, { kind: 'delete_contact', contactId }, LATER + 9000);
    expect(contact).toMatchObject({
      deletedAt: LATER + 9000,
      lists: [],
      updatedAt: LATER,
      email: { permission: 'unsubscribed' },
    });
    applyChange(account, { kind: 'revive_contact', contactId }, LATER + 10_000);
    expect(contact?.deletedAt).toBeUndefined();
    expect(contact?.updatedAt).toBe(LATER);
  });
});
