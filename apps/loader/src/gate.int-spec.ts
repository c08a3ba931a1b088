import { LoaderHarness, type Replica, TARGET } from '../../../test/loader/harness.js';
import { readTopic } from '../../../test/poller/topics.js';
import { activity, contact, list, nextRun, outgoing, suppression } from '../../../test/loader/records.js';

const onlyOptOuts = [
  'POST /api/lists',
  'POST /api/profile-subscription-bulk-delete-jobs',
  'POST /api/profile-suppression-bulk-create-jobs',
];

describe('before the mark of the suppressions (invariant 3)', () => {
  let harness: LoaderHarness;
  let replica: Replica;

  beforeAll(async () => {
    harness = await LoaderHarness.start({ LOADER_LANDING_SECONDS: '12' });
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

  it('and everybody follows when it is settled, though Klaviyo accepts an opt-out and drops it', async () => {
    nextRun();
    const emails = { email: 'nils@example.com', emailAddress: 'nils@example.com' };
    const optedOut = { permission: 'unsubscribed', optOutAt: Date.UTC(2025, 0, 2) } as const;
    await harness.publish(
      outgoing.contact(contact('nils', { ...emails, ...optedOut })),
      outgoing.suppression(suppression('nils', { address: emails.email })),
      outgoing.activity(activity('nils', 2)),
    );
    await harness.markAll();
    const { streams } = await harness.settled(replica);
    const rejected = { 'klaviyo.opt_out_without_effect': 1 };
    expect(streams.suppressions.outcomes.rejected).toEqual(rejected);
    expect(streams.contacts.outcomes.rejected).toEqual(rejected);
    expect(streams.activities.outcomes.skipped).toMatchObject({ person_rejected: 1 });
    expect(harness.person(emails.email)).toBeUndefined();
    const letters = await readTopic(harness.kafka, 'dead-letters');
    expect(letters.map(({ value }) => value.sourceId)).toEqual(['nils']);
    const { rows } = await harness.ledger.query(
      `SELECT opened_at < decided_at AS sooner FROM ledger.gates, ledger.records WHERE stream = 'suppressions' AND key LIKE '%:nils'`,
    );
    expect(rows).toEqual([{ sooner: true }]);
    expect(harness.person('anna@mail.northwind.net')).toMatchObject({ consent: 'SUBSCRIBED', mailable: true });
    expect(harness.klaviyo.events(TARGET)).toHaveLength(1);
    expect(harness.klaviyo.state(TARGET).lists[0]?.members).toHaveLength(2);
  }, 60_000);

  it('nobody who was opted out was ever mailable', () => {
    const wrong = harness.klaviyo.audit(TARGET).filter(({ email, mailable }) => mailable && !email.startsWith('anna'));
    expect(wrong).toEqual([]);
  });
});
