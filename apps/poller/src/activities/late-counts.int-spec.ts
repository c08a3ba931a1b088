import { generateAccount } from '@portage/simulators';
import { CONNECTION, PollerHarness } from '../../../../test/poller/harness.js';
import { compacted, readTopic } from '../../../../test/poller/topics.js';
import { reasonsIn } from '../../../../test/poller/truth.js';

const DAY = 86_400_000;

describe('counts that trail the rows', () => {
  let harness: PollerHarness;

  afterAll(() => harness.stop());

  it('invariant 3: hide no opt-out of an old mailing for good; some reports are read in every pass without them', async () => {
    const account = generateAccount({ seed: 71, contacts: 400, lists: 4, campaigns: 6 });
    // Two reports a pass: 2% of the day's calls, hourly, on a day far away so that no pass of its own comes in between.
    const env = { CONSTANT_CONTACT_DAILY_CALLS: '2400' };
    harness = await PollerHarness.start(account, env, { statisticsLagMs: 2000 * DAY });
    harness.connection.options = { ...harness.connection.options, schedule: '0 * 29 2 *' };
    const replica = await harness.replica();
    await harness.finished(replica);

    const old = account.campaigns
      .flatMap(({ activities }) => activities)
      .find(({ role, sentAt }) => role === 'primary_email' && sentAt !== undefined && sentAt < Date.now() - 10 * DAY);
    const person = account.contacts.find(({ email, deletedAt }) => email?.permission === 'explicit' && !deletedAt);
    const contactId = person?.id ?? '';
    const unsubscribe = { kind: 'unsubscribe', contactId, by: 'Contact', activityId: old?.id ?? '' } as const;
    harness.simulator.change(account.id, { ...unsubscribe, rowOnly: true });
    const reports = (
      await replica.parts.database.query(`SELECT FROM sync.reports WHERE report IN ('bounces', 'optouts')`)
    ).length;
    for (let pass = 0; pass * 2 < reports; pass += 1) {
      await replica.parts.database.execute(
        `UPDATE sync.reports SET read_at = read_at - interval '2 days' WHERE read_at > now() - interval '1 day'`,
      );
      const { runId } = await replica.queue.request(CONNECTION, 'schedule');
      const run = await harness.finished(replica, runId);
      const figures = await replica.runs.figures({ ...run, opening: false });
      const calls = figures.filter(({ name }) => /tracking\/(bounces|optouts)$/.test(name));
      expect(calls.reduce((sum, { value }) => sum + value, 0)).toBeLessThanOrEqual(2);
    }
    const record = compacted(await readTopic(harness.kafka, 'suppressions')).get(`${CONNECTION}:${contactId}`);
    expect(record && reasonsIn(record)).toEqual([`unsubscribed ${person?.email?.address.trim().toLowerCase() ?? ''}`]);
  });
});
