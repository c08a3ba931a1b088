import { generateAccount } from '@portage/simulators';
import { recreateTopics } from '../../../../test/kafka.js';
import { PollerHarness, type Replica } from '../../../../test/poller/harness.js';
import { compacted, type Read, readTopic } from '../../../../test/poller/topics.js';
import { activitiesOf, countActivities } from '../../../../test/poller/truth.js';

interface Versioned {
  readonly meta: { readonly version: number };
}

describe('what topics have lost', () => {
  let harness: PollerHarness;
  let replica: Replica;

  beforeAll(async () => {
    harness = await PollerHarness.start(generateAccount({ seed: 61, contacts: 700, lists: 5, campaigns: 5 }));
    replica = await harness.replica();
    await harness.finished(replica);
    // Somebody who is gone has a last record, which is nobody's to read any more.
    const account = harness.simulator.account();
    const gone = account.contacts.find(({ email, purgedAt }) => email?.permission === 'unsubscribed' && !purgedAt);
    harness.simulator.change(account.id, { kind: 'purge_contact', contactId: gone?.id ?? '' });
    await harness.sync(replica, { sweep: true });
  });

  afterAll(() => harness.stop());

  function expectNewer<V extends Versioned>(now: readonly Read<V>[], before: ReadonlyMap<string, V>): void {
    const newest = compacted(now);
    expect([...newest.keys()].sort()).toEqual([...before.keys()].sort());
    for (const [key, { meta, ...content }] of newest) {
      const { meta: formerMeta, ...former } = before.get(key) as V;
      expect({ key, content, newer: meta.version > formerMeta.version }).toEqual({ key, content: former, newer: true });
    }
  }

  it('is published again when a topic was created anew, people who are gone included', async () => {
    const contacts = compacted(await readTopic(harness.kafka, 'contacts'));
    const suppressions = compacted(await readTopic(harness.kafka, 'suppressions'));
    expect([...contacts.values()].some(({ meta }) => meta.op === 'delete')).toBe(true);
    await recreateTopics(harness.kafka.cluster, 'contacts', 'activities');
    const run = await harness.sync(replica);
    expect([run.state, run.reason, run.republish]).toEqual(['done', null, true]);
    expectNewer(await readTopic(harness.kafka, 'contacts'), contacts);
    expectNewer(await readTopic(harness.kafka, 'suppressions'), suppressions);
    const activities = (await readTopic(harness.kafka, 'activities')).map(({ value }) => value);
    const since = Date.parse(harness.connection.connectedAt) - 90 * 86_400_000;
    expect([...countActivities(activities)].sort()).toEqual(
      [...activitiesOf(harness.simulator.account(), since)].sort(),
    );
  });

  it('is published again on another cluster, and then not any more', async () => {
    const lists = compacted(await readTopic(harness.kafka, 'lists'));
    const contacts = compacted(await readTopic(harness.kafka, 'contacts'));
    await replica.parts.database.execute(`UPDATE sync.published_to SET place = 'another' || place`);
    expect((await harness.sync(replica)).republish).toBe(true);
    expectNewer(await readTopic(harness.kafka, 'lists'), lists);
    expectNewer(await readTopic(harness.kafka, 'contacts'), contacts);
    const quiet = await harness.sync(replica);
    expect([quiet.republish, await harness.published(replica, quiet)]).toEqual([false, {}]);
  });
});
