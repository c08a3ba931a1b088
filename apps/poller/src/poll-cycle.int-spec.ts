import { generateAccount } from '@portage/simulators';
import { seed as firstSeed, size, timeoutMs } from '../../../test/e2e/sizes.js';
import { CONNECTION, PollerHarness } from '../../../test/poller/harness.js';
import { compacted, readTopic } from '../../../test/poller/topics.js';
import {
  activitiesOf,
  contactsOf,
  countActivities,
  keyOfActivity,
  plainOf,
  reasonsIn,
  suppressionsOf,
} from '../../../test/poller/truth.js';

const DAY = 86_400_000;

async function expectTruth(harness: PollerHarness): Promise<void> {
  const account = harness.simulator.account();
  const contacts = compacted(await readTopic(harness.kafka, 'contacts'));
  const present = [...contacts.values()].filter(({ meta }) => meta.op !== 'delete');
  expect(new Map(present.map((contact) => [contact.contactId, plainOf(contact)]))).toEqual(contactsOf(account));
  const lists = compacted(await readTopic(harness.kafka, 'lists'));
  const named = [...lists.values()].map(({ listId, name, deletedAt }) => [listId, name, deletedAt !== null]);
  const wanted = account.lists
    .filter(({ channel }) => channel === 'email')
    .map(({ id, name, deletedAt }) => [id, name, deletedAt !== undefined]);
  expect(named.sort()).toEqual(wanted.sort());
  const activities = (await readTopic(harness.kafka, 'activities')).map(({ value }) => value);
  const since = Date.parse(harness.connection.connectedAt) - 90 * DAY;
  const truth = activitiesOf(account, since);
  const lost = activitiesOf(account, since, true);
  const differing = [...countActivities(activities)].filter(
    ([key, count]) => truth.get(key) !== count && count > (lost.get(key) ?? 0),
  );
  const missing = [...truth.keys()].filter((key) => !activities.some((one) => keyOfActivity(one) === key));
  expect({ differing: differing.slice(0, 10), missing: missing.slice(0, 10) }).toEqual({ differing: [], missing: [] });
  expect(new Set(activities.map(({ dedupKey }) => dedupKey)).size).toBe(activities.length);
}

describe('a poller', () => {
  let harness: PollerHarness | undefined;

  afterEach(async () => {
    await harness?.stop();
    harness = undefined;
  });

  it('publishes the whole account once, and nothing of it again', async () => {
    harness = await PollerHarness.start(generateAccount({ seed: 11, contacts: 1500, lists: 12, campaigns: 12 }));
    const replica = await harness.replica();
    const run = await harness.finished(replica);
    expect([run.state, run.reason, run.first]).toEqual(['done', null, true]);
    await expectTruth(harness);

    const account = harness.simulator.account();
    const suppressions = compacted(await readTopic(harness.kafka, 'suppressions'));
    const active = [...suppressions.values()].map((record) => [record.contactId, reasonsIn(record)] as const);
    expect(new Map(active)).toEqual(suppressionsOf(account, Date.now()));

    const published = await harness.published(replica, run);
    expect(published).toEqual({
      lists: account.lists.filter(({ channel }) => channel === 'email').length,
      contacts: contactsOf(account).size,
      suppressions: suppressions.size,
      activities: (await readTopic(harness.kafka, 'activities')).length,
    });
    const marks = compacted(await readTopic(harness.kafka, 'marks'));
    expect([...marks.keys()].sort()).toEqual(
      ['activities', 'contacts', 'lists', 'suppressions'].map((stream) => `${CONNECTION}:${stream}`),
    );
    expect(harness.simulator.violations().filter(({ kind }) => kind !== 'no_pkce')).toEqual([]);

    const second = await harness.sync(replica);
    expect([second.state, second.first, await harness.published(replica, second)]).toEqual(['done', false, {}]);
  });

  it(
    'follows whatever changes at the source',
    async () => {
      harness = await PollerHarness.start(generateAccount({ seed: 12, contacts: 600, lists: 8, campaigns: 8 }));
      const replica = await harness.replica();
      await harness.finished(replica);
      const account = harness.simulator.account();
      for (let round = 0, seed = firstSeed; round < size(3, 40); round += 1, seed += 1) {
        harness.simulator.evolve(account.id, { seed, steps: 120 });
        const run = await harness.sync(replica);
        expect([seed, run.state, run.reason]).toEqual([seed, 'done', null]);
        await expectTruth(harness);
        const suppressions = compacted(await readTopic(harness.kafka, 'suppressions'));
        for (const [contactId, reasons] of suppressionsOf(account, Date.now(), true)) {
          const record = suppressions.get(`${CONNECTION}:${contactId}`);
          expect([contactId, record ? reasonsIn(record) : []]).toEqual([contactId, expect.arrayContaining(reasons)]);
        }
      }
    },
    timeoutMs,
  );

  it('reads bounces, opt-outs and signs of life though no engagement is wanted, and publishes none', async () => {
    const account = generateAccount({ seed: 14, contacts: 400, lists: 4, campaigns: 10 });
    harness = await PollerHarness.start(account);
    harness.connection.options = { ...harness.connection.options, collectEngagement: false };
    const replica = await harness.replica();
    const run = await harness.finished(replica);
    expect([run.state, await readTopic(harness.kafka, 'activities')]).toEqual(['done', []]);
    const records = compacted(await readTopic(harness.kafka, 'suppressions'));
    const active = [...records.values()].map((record) => [record.contactId, reasonsIn(record)] as const);
    expect(new Map(active)).toEqual(suppressionsOf(account, Date.now()));

    // Switched on later, everything within the history limit follows once.
    harness.connection.options = { ...harness.connection.options, collectEngagement: true };
    await new Promise((resolve) => setTimeout(resolve, 500));
    await harness.sync(replica);
    await expectTruth(harness);
  });

  it('goes on where a killed one stopped, and publishes nothing twice', async () => {
    const account = generateAccount({ seed: 13, contacts: 3000, lists: 8, campaigns: 8 });
    harness = await PollerHarness.start(account, { LEASE_SECONDS: '3' });
    const dice = new Random(4);
    for (let kill = 0; kill < 6; kill += 1) {
      const victim = await harness.replica(`victim-${kill}`);
      await new Promise((resolve) => setTimeout(resolve, 150 + dice.next() * 1200));
      await victim.kill();
    }
    const replica = await harness.replica('survivor');
    const run = await harness.finished(replica);
    expect([run.state, run.reason, run.first]).toEqual(['done', null, true]);
    await expectTruth(harness);
    const records = await readTopic(harness.kafka, 'contacts');
    expect(new Set(records.map(({ key }) => key)).size).toBe(records.length);
    expect((await harness.published(replica, run)).contacts).toBe(contactsOf(account).size);
  });
});

/** Numbers that the seed decides. */
class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state * 1_103_515_245 + 12_345) % 2 ** 31;
    return this.state / 2 ** 31;
  }
}
