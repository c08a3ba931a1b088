import { type Contact, type Suppression } from '@portage/records';
import { addressesOf, contactFacts, entryFacts } from './person.js';

const meta = { op: 'upsert', connectionId: 'k', accountId: 'a', runId: 'r', observedAt: 7, version: 7 } as const;
const entry = {
  active: true,
  source: 'report',
  campaignActivityId: null,
  bounceCode: null,
  occurredAt: 1,
  liftedAt: null,
} as const;
const suppression: Suppression = {
  meta,
  contactId: 'c1',
  email: 'b@portage.test',
  deletedAt: null,
  entries: [
    { ...entry, address: 'b@portage.test', reason: 'unsubscribed' },
    { ...entry, address: 'a@portage.test', reason: 'bounced' },
    { ...entry, address: 'b@portage.test', reason: 'held', active: false },
  ],
};

describe('facts from records', () => {
  it('gives an address its own entries only', () => {
    expect(addressesOf(suppression)).toEqual(['a@portage.test', 'b@portage.test']);
    expect(entryFacts(suppression, 'a@portage.test')).toEqual([
      {
        contactId: 'c1',
        contactDeleted: false,
        active: true,
        reason: 'bounced',
        occurredAt: 1,
        liftedAt: null,
        observedAt: 7,
      },
    ]);
    expect(entryFacts(suppression, 'b@portage.test')).toHaveLength(2);
  });

  it.each([
    { op: 'upsert', deletedAt: null, deleted: false },
    { op: 'upsert', deletedAt: 5, deleted: true },
    { op: 'delete', deletedAt: null, deleted: true },
  ] as const)('takes a delete or a date for deleted: $op, $deletedAt', ({ op, deletedAt, deleted }) => {
    const record = { ...suppression, meta: { ...meta, op }, deletedAt };
    expect(entryFacts(record, 'a@portage.test')[0]?.contactDeleted).toBe(deleted);
    const contact = {
      contactId: 'c1',
      email: null,
      emailAddress: ' ',
      meta: { ...meta, op },
      deletedAt,
    } as unknown as Contact;
    expect(contactFacts(contact)).toMatchObject({ deleted, emailGiven: false });
  });
});
