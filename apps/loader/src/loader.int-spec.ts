import { LoaderHarness, TARGET } from '../../../test/loader/harness.js';
import { activity, contact, list, outgoing, suppression } from '../../../test/loader/records.js';

describe('loader', () => {
  let harness: LoaderHarness;
  beforeEach(async () => {
    harness = await LoaderHarness.start();
  });
  afterEach(async () => {
    await harness.stop();
  });

  it('carries lists, opt-outs, people and activities to Klaviyo and accounts for every record', async () => {
    const replica = await harness.replica();
    await harness.publish(
      outgoing.list(list('l1')),
      outgoing.list(list('l2', { name: 'Empty' })),
      outgoing.contact(contact('anna', { listIds: ['l1'] })),
      outgoing.contact(contact('ben', { permission: 'implicit', listIds: ['l1'] })),
      outgoing.contact(contact('carl', { permission: 'unsubscribed', optOutAt: Date.UTC(2025, 0, 2) })),
      outgoing.contact(contact('dora')),
      outgoing.suppression(suppression('carl')),
      outgoing.suppression(suppression('dora', { reason: 'bounced', source: 'report' })),
    );
    await harness.markAll(['lists', 'contacts', 'suppressions']);
    await harness.publish(
      outgoing.activity(activity('anna', 1)),
      outgoing.activity(activity('anna', 2)),
      outgoing.activity(activity('nobody', 3)),
    );
    await harness.markAll(['activities']);

    const progress = await harness.settled(replica);

    expect(harness.klaviyo.violations()).toEqual([]);
    expect(harness.person('anna@mail.northwind.net')).toMatchObject({ consent: 'SUBSCRIBED', mailable: true });
    expect(harness.person('ben@mail.northwind.net')).toMatchObject({ consent: 'NEVER_SUBSCRIBED', mailable: true });
    expect(harness.person('carl@mail.northwind.net')).toMatchObject({ consent: 'UNSUBSCRIBED', mailable: false });
    expect(harness.person('dora@mail.northwind.net')).toMatchObject({ mailable: false, first_name: 'First dora' });
    const state = harness.klaviyo.state(TARGET);
    expect(state.lists.map(({ name, members }) => [name, members.length])).toEqual(
      expect.arrayContaining([
        ['List l1', 2],
        ['Empty', 0],
      ]),
    );
    expect(harness.klaviyo.events(TARGET)).toHaveLength(2);
    expect(progress.streams.activities.outcomes).toMatchObject({ delivered: 2, skipped: { deleted: 1 } });
    expect(progress.streams.contacts.outcomes).toMatchObject({ delivered: 4 });
    expect(progress.streams.suppressions.outcomes).toMatchObject({ delivered: 2 });
    expect(progress.streams.lists.outcomes).toMatchObject({ delivered: 2 });
  }, 60_000);
});
