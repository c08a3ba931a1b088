import { LoaderHarness, TARGET } from '../../../test/loader/harness.js';
import { activity, contact, list, outgoing, suppression } from '../../../test/loader/records.js';

const ids = Array.from({ length: 60 }, (_, n) => `p${n}`);
const isOptedOut = (id: string) => Number(id.slice(1)) % 5 === 0;

describe('replicas that share the work', () => {
  let harness: LoaderHarness;

  beforeEach(async () => {
    harness = await LoaderHarness.start();
  }, 60_000);
  afterEach(() => harness.stop());

  const publish = async () => {
    await harness.publish(
      outgoing.list(list('l1')),
      ...ids.map((id) =>
        outgoing.contact(contact(id, { listIds: ['l1'], permission: isOptedOut(id) ? 'unsubscribed' : 'explicit' })),
      ),
      ...ids.filter(isOptedOut).map((id) => outgoing.suppression(suppression(id))),
      ...ids.map((id) => outgoing.activity(activity(id, 1))),
    );
    await harness.markAll();
  };
  const expectEverything = () => {
    const { profiles, lists } = harness.klaviyo.state(TARGET);
    expect(profiles).toHaveLength(60);
    expect(profiles.filter(({ mailable }) => mailable)).toHaveLength(48);
    expect(profiles.filter(({ consent }) => consent === 'SUBSCRIBED')).toHaveLength(48);
    expect(lists.map(({ members }) => members.length)).toEqual([60]);
    expect(harness.klaviyo.events(TARGET)).toHaveLength(60);
  };

  it('by streams load what one would have loaded', async () => {
    const people = await harness.replica({ LOADER_STREAMS: 'lists,contacts' });
    const others = await harness.replica({ LOADER_STREAMS: 'suppressions,activities' });
    await publish();
    await harness.settled(people);
    await harness.settled(others);
    expectEverything();
  }, 90_000);

  it('leave in the middle of a round without losing or doubling anything', async () => {
    harness.klaviyo.trouble({ delays: { importRun: [60_000, 100_000], subscribe: [60_000, 100_000] } });
    await publish();
    const under = async (what: string) => {
      const { rows } = await harness.ledger.query<{ n: number }>(what);
      return (rows[0]?.n ?? 0) > 0 ? true : undefined;
    };
    // Told to stop while people are claimed, then while jobs are open, as a service is by SIGTERM.
    for (const what of [
      'SELECT count(*)::int AS n FROM ledger.people WHERE claim IS NOT NULL',
      'SELECT count(*)::int AS n FROM ledger.jobs',
    ]) {
      const leaving = await harness.replica();
      await harness.until(() => under(what));
      await leaving.stop();
      // What was under way is given back at once: nobody has to wait for a claim to expire.
      await expect(
        under('SELECT count(*)::int AS n FROM ledger.people WHERE claim IS NOT NULL'),
      ).resolves.toBeUndefined();
    }
    const last = await harness.replica();
    const { streams } = await harness.settled(last);
    expect(streams.contacts.outcomes.delivered).toBe(60);
    expect(streams.activities.outcomes.delivered).toBe(60);
    expectEverything();
  }, 120_000);
});
