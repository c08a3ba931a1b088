import { type Outgoing } from '@portage/kafka';
import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { activity, contact, list, meta, outgoing, suppression } from '../../../test/loader/records.js';
import { size } from '../../../test/e2e/sizes.js';

describe('a loaded account', () => {
  let harness: LoaderHarness;
  let replica: Replica;
  const people = [
    contact('anna', { listIds: ['l1'] }),
    contact('ben', { permission: 'implicit' }),
    contact('carl', { permission: 'unsubscribed', optOutAt: Date.UTC(2025, 0, 2) }),
    contact('dora', { permission: 'temp_hold' }),
    contact('emil', { email: null, emailAddress: 'not an address' }),
  ];
  const optOuts = [suppression('carl'), suppression('dora', { reason: 'held' })];
  const publishAll = () =>
    harness.publish(
      outgoing.list(list('l1')),
      ...people.map((value) => outgoing.contact({ ...value, meta: meta() })),
      ...optOuts.map((value) => outgoing.suppression({ ...value, meta: meta() })),
    );

  beforeAll(async () => {
    harness = await LoaderHarness.start();
    replica = await harness.replica();
    await publishAll();
    await harness.markAll();
    await harness.settled(replica);
  }, 60_000);
  afterAll(() => harness.stop());

  it('published again makes no writing request, and its records are unchanged (invariants 5 and 6)', async () => {
    const before = harness.writes();
    await publishAll();
    await harness.markAll();
    const progress = await harness.settled(replica);
    expect(harness.writes()).toEqual(before);
    expect(progress.streams.contacts.outcomes).toMatchObject({
      delivered: 0,
      unchanged: 4,
      skipped: { invalid_email: 1 },
    });
  }, 60_000);

  it('delivered again from the first offset leaves alone whom the owner changed by hand', async () => {
    harness.klaviyo.person(TARGET, { email: 'anna@mail.northwind.net', action: 'unsubscribe' });
    harness.klaviyo.person(TARGET, { email: 'dora@mail.northwind.net', action: 'unsuppress' });
    await replica.stop();
    await harness.ledger.query(`UPDATE ledger.positions SET position = 0 WHERE topic NOT LIKE '%activities'`);
    const before = harness.writes();
    replica = await harness.replica();
    await harness.markAll();
    await harness.settled(replica);
    expect(harness.writes()).toEqual(before);
    expect(harness.person('anna@mail.northwind.net')).toMatchObject({ consent: 'UNSUBSCRIBED' });
  }, 60_000);

  it('does not subscribe people again whose other data change after the owner unsubscribed them', async () => {
    await harness.publish(outgoing.contact(contact('anna', { firstName: 'Anna Maria', listIds: ['l1'] })));
    await harness.markAll();
    await harness.settled(replica);
    expect(harness.person('anna@mail.northwind.net')).toMatchObject({
      consent: 'UNSUBSCRIBED',
      first_name: 'Anna Maria',
    });
  }, 60_000);

  it('takes an older record for none (invariant 6)', async () => {
    await harness.publish(
      outgoing.contact(contact('anna', { firstName: 'Old name', meta: meta({ version: 5, observedAt: 5 }) })),
    );
    await harness.markAll();
    await harness.settled(replica);
    expect(harness.person('anna@mail.northwind.net')).toMatchObject({ first_name: 'Anna Maria' });
  }, 60_000);
});

describe('everything delivered again from the first offset, activities included', () => {
  const PEOPLE = size(200, 10_000);
  const kinds = ['explicit', 'implicit', 'unsubscribed', 'temp_hold', 'explicit'] as const;
  const permissionOf = (n: number) => kinds[n % kinds.length] ?? 'explicit';
  const people = Array.from({ length: PEOPLE }, (_, n) => ({ id: `r${n}`, permission: permissionOf(n) }));
  const emailOf = (id: string) => `${id}@mail.northwind.net`;
  let harness: LoaderHarness;

  beforeAll(async () => {
    harness = await LoaderHarness.start();
  }, 60_000);
  afterAll(() => harness.stop());

  it(
    'touches nobody whom the owner unsubscribed or let be mailed by hand, and makes no event twice (invariants 3 and 5)',
    async () => {
      const publish = async (records: readonly Outgoing[]) => {
        for (let from = 0; from < records.length; from += 500)
          await harness.publish(...records.slice(from, from + 500));
      };
      let replica = await harness.replica();
      await publish([
        outgoing.list(list('l1')),
        ...people.map(({ id, permission }) => outgoing.contact(contact(id, { permission, listIds: ['l1'] }))),
        ...people
          .filter(({ permission }) => permission === 'unsubscribed')
          .map(({ id }) => outgoing.suppression(suppression(id))),
        ...people.flatMap(({ id }) => [1, 2, 3, 4, 5].map((n) => outgoing.activity(activity(id, n)))),
      ]);
      await harness.markAll();
      await harness.settled(replica);
      expect(harness.klaviyo.events(TARGET)).toHaveLength(PEOPLE * 5);

      for (const [n, { id }] of people.entries()) {
        if (n % 20 === 0) harness.klaviyo.person(TARGET, { email: emailOf(id), action: 'unsubscribe' });
        if (n % 20 === 1) harness.klaviyo.person(TARGET, { email: emailOf(id), action: 'suppress' });
        if (n % 20 === 3) harness.klaviyo.person(TARGET, { email: emailOf(id), action: 'unsuppress' });
      }
      const standing = () =>
        harness.klaviyo
          .state(TARGET)
          .profiles.map(({ email, consent, consentTimestamp, suppressions, mailable, lists }) => ({
            ...{ email, consent, consentTimestamp, suppressions, mailable, lists },
          }));
      const before = standing();
      const writes = harness.writes().length;
      await replica.stop();
      await harness.ledger.query('UPDATE ledger.positions SET position = 0, taken = 0');
      replica = await harness.replica();
      await harness.markAll();
      await harness.settled(replica);
      expect(new Set(harness.writes().slice(writes))).toEqual(new Set(['POST /api/event-bulk-create-jobs']));
      expect(harness.klaviyo.events(TARGET)).toHaveLength(PEOPLE * 5);
      expect(standing()).toEqual(before);
    },
    size(2, 20) * 60_000,
  );
});
