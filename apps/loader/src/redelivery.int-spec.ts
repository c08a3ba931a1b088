import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { contact, list, meta, outgoing, suppression } from '../../../test/loader/records.js';

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
