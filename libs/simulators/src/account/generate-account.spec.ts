import { ROW_TYPES } from './row-codes.js';
import { generateAccount } from './generate-account.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');

describe('generateAccount', () => {
  const account = generateAccount({ seed: 7, contacts: 2000, lists: 30, campaigns: 20, now: NOW });
  const rows = account.campaigns.flatMap(({ activities }) => activities.map((activity) => activity.rows));

  it('gives the same account for the same seed, another for another', () => {
    expect(generateAccount({ seed: 7, contacts: 2000, lists: 30, campaigns: 20, now: NOW })).toEqual(account);
    expect(generateAccount({ seed: 8, contacts: 50, now: NOW }).contacts[0]).not.toEqual(
      generateAccount({ seed: 7, contacts: 50, now: NOW }).contacts[0],
    );
  });

  it.each(['explicit', 'implicit', 'unsubscribed', 'pending_confirmation', 'temp_hold', 'not_set', 'under_review'])(
    'has people whose permission is %s, deleted ones among them where there are many',
    (permission) => {
      const of = account.contacts.filter(({ email }) => email?.permission === permission);
      expect(of.length).toBeGreaterThan(0);
      if (of.length > 200) expect(of.some(({ deletedAt }) => deletedAt !== undefined)).toBe(true);
    },
  );

  it('has opt-in dates that are missing or in the future, and opt-outs without a date', () => {
    const emails = account.contacts.flatMap(({ email }) => email ?? []);
    expect(emails.some((email) => email.permission === 'explicit' && email.optInDate === undefined)).toBe(true);
    expect(emails.some((email) => (email.optInDate ?? 0) > NOW)).toBe(true);
    expect(emails.some((email) => email.permission === 'unsubscribed' && email.optOutDate === undefined)).toBe(true);
    expect(emails.some(({ optInDate = 0 }) => optInDate % 1000 > 0)).toBe(true);
  });

  it('keeps the limits of the vendor', () => {
    for (const contact of account.contacts) {
      expect(contact.lists.length).toBeLessThanOrEqual(50);
      expect(contact.customFields.length).toBeLessThanOrEqual(25);
      expect(contact.phones.length).toBeLessThanOrEqual(3);
      expect(contact.email?.address.length ?? 0).toBeLessThanOrEqual(80);
      for (const { number } of contact.phones) expect(number.length).toBeLessThanOrEqual(25);
    }
  });

  it('holds each address once, whatever its casing, unless told otherwise', () => {
    const all = account.contacts.flatMap(({ email }) =>
      email === undefined ? [] : [email.address.trim().toLowerCase()],
    );
    expect(new Set(all).size).toBe(all.length);
    const shared = generateAccount({ seed: 3, contacts: 200, campaigns: 2, sharedAddresses: 5, now: NOW }).contacts;
    const folded = shared.flatMap(({ email }) => (email === undefined ? [] : [email.address.toLowerCase()]));
    expect(new Set(folded).size).toBeLessThan(folded.length);
  });

  it('has odd addresses, odd lists, and drafts, removed and vanished campaigns', () => {
    const addresses = account.contacts.flatMap(({ email }) => email?.address ?? []);
    for (const odd of [/^"/, /@localhost$/, /^[^@]*$/, /^\S{65,}@/, /^\s|\s$/, /\+/, /[A-Z].*@/]) {
      expect(addresses.some((address) => odd.test(address))).toBe(true);
    }
    expect(account.contacts.some(({ email }) => email === undefined)).toBe(true);
    expect(account.lists.some(({ deletedAt }) => deletedAt !== undefined)).toBe(true);
    expect(new Set(account.lists.map(({ name }) => name)).size).toBeLessThan(account.lists.length);
    expect(account.lists.some(({ id }) => account.contacts.every(({ lists }) => !lists.includes(id)))).toBe(true);
    expect(new Set(account.campaigns.map(({ status }) => status))).toEqual(
      new Set(['Done', 'Draft', 'Removed', 'Error']),
    );
    expect(account.campaigns.some(({ vanished }) => vanished)).toBe(true);
  });

  it('keeps rows oldest first and none in the future', () => {
    for (const report of rows) {
      for (const type of ROW_TYPES) {
        const seconds = [...report[type].second.slice(0, report[type].length)];
        expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
        expect((seconds.at(-1) ?? 0) * 1000).toBeLessThanOrEqual(NOW);
      }
    }
  });

  it('has engagement of every type and code, and opens that nothing tells apart', () => {
    for (const type of ROW_TYPES) expect(rows.some((report) => report[type].length > 0)).toBe(true);
    const codes = new Set(rows.flatMap(({ bounces }) => [...bounces.detail.slice(0, bounces.length)]));
    expect(codes.size).toBe(7);
    const opens = rows.flatMap(({ opens: { contact, second, detail, length } }, report) =>
      Array.from({ length }, (_, at) => `${report}:${contact[at]}:${second[at]}:${detail[at]}`),
    );
    expect(new Set(opens).size).toBeLessThan(opens.length);
  });
});
