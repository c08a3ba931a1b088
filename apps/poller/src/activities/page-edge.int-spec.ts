import { secondOf } from '@portage/records';
import { type Change, generateAccount } from '@portage/simulators';
import { expectComplete } from '../../../../test/poller/complete.js';
import { PollerHarness } from '../../../../test/poller/harness.js';

const REPORT = 'GET /v3/reports/email_reports/{campaign_activity_id}/tracking/clicks';

describe('identical clicks at the edge of a page', () => {
  let harness: PollerHarness;

  afterAll(() => harness.stop());

  it('are all taken, though more clicks come while the report is read', async () => {
    const account = generateAccount({ seed: 72, contacts: 700, lists: 4, campaigns: 3 });
    harness = await PollerHarness.start(account);
    const replica = await harness.replica();
    await harness.finished(replica);
    const [mailing] = account.campaigns
      .filter(({ vanished, status }) => vanished !== true && status === 'Done')
      .flatMap(({ activities }) => activities)
      .filter(({ role, sentAt }) => role === 'primary_email' && sentAt !== undefined);
    const [first, second, ...others] = account.contacts.filter(
      ({ email, deletedAt }) => email?.permission === 'explicit' && deletedAt === undefined,
    );
    const click = (person: typeof first, times = 1): Change => ({
      ...{ kind: 'engage', type: 'clicks', activityId: mailing?.id ?? '', contactId: person?.id ?? '', times },
    });
    // Newest first, the twins are the last of one page and the first of the next.
    const until = 499;
    const people = Array.from({ length: until }, (_, at) => others[at % others.length]);
    harness.simulator.change(account.id, click(second), click(first, 2));
    // Later: the newest second of a report is read again in any case.
    for (const now = secondOf(Date.now()); secondOf(Date.now()) === now;)
      await new Promise((resolve) => setTimeout(resolve, 50));
    harness.simulator.change(account.id, ...people.map((person) => click(person)));
    // Once the first page was read, one more comes on top; the second one takes its time.
    harness.simulator.fault({ kind: 'slow', delayMs: 1000, endpoint: REPORT });
    const pages = () =>
      harness.simulator.requests().filter(({ url }) => url.includes(`${mailing?.id}/tracking/clicks`));
    const before = pages().length;
    const { runId } = await replica.queue.request('connection-1', 'request', { sweep: false, republish: false });
    while (pages().length === before) await new Promise((resolve) => setTimeout(resolve, 20));
    harness.simulator.change(account.id, click(second));
    harness.simulator.clearFaults();
    expect((await harness.finished(replica, runId)).state).toBe('done');
    // What came on top is read by the next pass.
    expect((await harness.sync(replica)).state).toBe('done');
    await expectComplete(harness);
  });
});
