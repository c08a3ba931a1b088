import { type ConstantContactSimulator, type Contact } from '@portage/simulators';
import { isAccounted } from '../../tools/portage/report.js';
import { Migration } from './migration.js';
import { seed, size, timeoutMs } from './sizes.js';

/**
 * The product on one page: a messy account is migrated, kept in step, and proven equal to what an oracle computes from
 * the account alone.
 */
describe('a migration', () => {
  let migration: Migration;

  beforeAll(async () => {
    migration = await Migration.start({
      seed,
      contacts: size(2000, 10_000),
      lists: size(12, 30),
      campaigns: size(10, 40),
      beforehand: ({ source }) => addTestAddress(source),
    });
  }, timeoutMs);

  afterAll(async () => {
    expect(await migration.stop()).toBe(0);
  }, timeoutMs);

  it(
    'brings everything over, and every record has a known fate (invariants 2 and 7)',
    async () => {
      const report = await migration.pass();
      expect(migration.differences()).toBe('');
      expect(report.accounted).toBe(true);
      for (const stream of Object.values(report.streams)) {
        expect(stream.published).toBe(stream.source);
        expect(isAccounted(stream)).toBe(true);
      }
    },
    timeoutMs,
  );

  it('makes nobody mailable whom the source does not let be, at no moment (invariants 3 and 4)', () => {
    expect(migration.wrongMoments()).toEqual([]);
  });

  it(
    'writes nothing when nothing changed (invariants 5 and 6)',
    async () => {
      const before = migration.writeCount();
      const report = await migration.pass();
      expect(migration.writesSince(before)).toEqual([]);
      expect(report.streams.contacts.published).toBe(0);
      expect(report.accounted).toBe(true);
    },
    timeoutMs,
  );

  it(
    'follows changes at the source',
    async () => {
      for (const round of [1, 2]) {
        migration.evolve(seed * 100 + round, size(60, 400));
        const report = await migration.pass({ sweep: true });
        expect(migration.differences()).toBe('');
        expect(report.accounted).toBe(true);
      }
      expect(migration.wrongMoments()).toEqual([]);
    },
    timeoutMs,
  );

  it(
    'a contact that changes its address keeps its profile and history (invariants 3 and 4)',
    async () => {
      const { contactId, email, id } = subscriberWithEvents(migration);
      const address = 'Moved.Over@mail.portage-demo.org';
      migration.change({ kind: 'change_email', contactId, address });
      const report = await migration.pass();
      expect(migration.differences()).toBe('');
      expect(report.accounted).toBe(true);
      expect(migration.wrongMoments()).toEqual([]);
      const profiles = migration.profiles();
      expect(profiles.find((one) => one.id === id)).toMatchObject({ email: address.toLowerCase(), mailable: true });
      expect(profiles.filter((one) => one.email === email)).toEqual([]);
    },
    timeoutMs,
  );

  it('asks both vendors only what they publish, and never faster than they allow (invariant 9)', () => {
    expect(migration.violations()).toEqual([]);
    // At sixty times the pace a stalled process can meet the request that was granted after its own.
    expect(migration.throttledShare()).toBeLessThan(0.01);
  });
});

/** Somebody who keeps a history with the profile. */
function subscriberWithEvents(migration: Migration): { contactId: string; email: string; id: string } {
  const personOf = ({ email }: Contact) => email?.address.trim().toLowerCase();
  const contacts = migration.source.account().contacts.filter(({ email, deletedAt }) => email && !deletedAt);
  const people = new Map(contacts.map((contact) => [personOf(contact), contact]));
  for (const { id, email, consent, lastEvent, mailable } of migration.profiles()) {
    const contact = people.get(email ?? '');
    if (email === null || contact === undefined || lastEvent === null) continue;
    if (consent === 'SUBSCRIBED' && mailable) return { contactId: contact.id, email, id };
  }
  throw new Error('nobody has events');
}

/** Somebody who opted out under an address of which Klaviyo accepts everything and carries out nothing. */
function addTestAddress(source: ConstantContactSimulator): void {
  const account = source.account();
  const model = account.contacts.find(({ email, deletedAt }) => email?.permission === 'unsubscribed' && !deletedAt);
  if (!model?.email) throw new Error('nobody has unsubscribed');
  const id = '00000000-0000-4000-8000-000000000001';
  const email = { ...model.email, address: 'Tess.Tester@example.com' };
  source.change(account.id, { kind: 'add_contact', contact: { ...model, id, email, phones: [], lists: [] } });
}
