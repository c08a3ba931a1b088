import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { activity, contact, list, outgoing, suppression } from '../../../test/loader/records.js';

const onlyOptOuts = [
  'POST /api/lists',
  'POST /api/profile-subscription-bulk-delete-jobs',
  'POST /api/profile-suppression-bulk-create-jobs',
];

describe('before the mark of the suppressions (invariant 3)', () => {
  let harness: LoaderHarness;
  let replica: Replica;

  beforeAll(async () => {
    harness = await LoaderHarness.start();
    replica = await harness.replica();
  }, 60_000);
  afterAll(() => harness.stop());

  it('only lists are created and opt-outs written', async () => {
    await harness.publish(
      outgoing.list(list('l1')),
      outgoing.contact(contact('anna', { listIds: ['l1'] })),
      outgoing.contact(
        contact('carl', { permission: 'unsubscribed', optOutAt: Date.UTC(2025, 0, 2), listIds: ['l1'] }),
      ),
      outgoing.suppression(suppression('dora', { reason: 'bounced' })),
      outgoing.activity(activity('anna', 1)),
    );
    await harness.markAll(['lists', 'contacts', 'activities']);
    await harness.until(() =>
      harness.person('carl@mail.northwind.net')?.consent === 'UNSUBSCRIBED' ? true : undefined,
    );
    await harness.until(() => (harness.person('dora@mail.northwind.net')?.mailable === false ? true : undefined));
    await harness.until(() => (harness.klaviyo.state(TARGET).lists.length === 1 ? true : undefined));
    const { gateOpen } = await harness.progress(replica);
    expect(gateOpen).toBe(false);
    expect(harness.writes().filter((endpoint) => !onlyOptOuts.includes(endpoint))).toEqual([]);
    expect(harness.person('anna@mail.northwind.net')).toBeUndefined();
  }, 60_000);

  it('and everybody follows when it is settled', async () => {
    await harness.markAll(['suppressions']);
    await harness.settled(replica);
    expect(harness.person('anna@mail.northwind.net')).toMatchObject({ consent: 'SUBSCRIBED', mailable: true });
    expect(harness.klaviyo.events(TARGET)).toHaveLength(1);
    expect(harness.klaviyo.state(TARGET).lists[0]?.members).toHaveLength(2);
  }, 60_000);

  it('nobody who was opted out was ever mailable', () => {
    const wrong = harness.klaviyo.audit(TARGET).filter(({ email, mailable }) => mailable && !email.startsWith('anna'));
    expect(wrong).toEqual([]);
  });
});
