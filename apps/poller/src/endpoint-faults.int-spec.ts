import { generateAccount } from '@portage/simulators';
import { seed, size, timeoutMs } from '../../../test/e2e/sizes.js';
import { expectComplete } from '../../../test/poller/complete.js';
import { PollerHarness, type Replica } from '../../../test/poller/harness.js';
import { type Run } from './runs/run.js';

const DAY = 86_400_000;
const TRACKING = '/reports/email_reports/{campaign_activity_id}/tracking';

/** Every endpoint that a pass calls: as the vendor names it, and as calls are counted. */
const ENDPOINTS: readonly (readonly [route: string, name: string])[] = [
  ['/contact_lists', '/contact_lists'],
  ['/contact_lists/{list_id}', '/contact_lists/{id}'],
  ['/contact_custom_fields', '/contact_custom_fields'],
  ['/contact_tags', '/contact_tags'],
  ['/contacts', '/contacts'],
  ['/contacts/{contact_id}', '/contacts/{id}'],
  ['/reports/summary_reports/email_campaign_summaries', '/reports/summary_reports/email_campaign_summaries'],
  ['/emails/{campaign_id}', '/emails/{id}'],
  ['/emails/activities/{campaign_activity_id}', '/emails/activities/{id}'],
  [
    '/reports/stats/email_campaign_activities/{campaign_activity_ids}',
    '/reports/stats/email_campaign_activities/{ids}',
  ],
  ...['sends', 'opens', 'clicks', 'bounces', 'optouts', 'forwards'].map(
    (report) => [`${TRACKING}/${report}`, `/reports/email_reports/{id}/tracking/${report}`] as const,
  ),
  ['/reports/contact_reports/{contact_id}/activity_details', '/reports/contact_reports/{id}/activity_details'],
];

/** Ways to fail, and how many calls each wastes. */
const FAULTS = [
  { fault: { kind: 'status', status: 500 }, wasted: 1 },
  { fault: { kind: 'status', status: 503 }, wasted: 1 },
  { fault: { kind: 'reset_after' }, wasted: 1 },
  { fault: { kind: 'slow', delayMs: 300 }, wasted: 0 },
  { fault: { kind: 'truncated' }, wasted: 1 },
  { fault: { kind: 'status', status: 200, body: '<html>busy</html>' }, wasted: 1 },
  { fault: { kind: 'status', status: 401 }, wasted: 1 },
  { fault: { kind: 'status', status: 429, body: '{"error_key":"quota_exceeded"}' }, wasted: 1 },
] as const;

/** Waits for a pass, over as many days as it takes. */
async function finishedDaysLater(harness: PollerHarness, replica: Replica, runId?: string): Promise<Run> {
  for (;;) {
    const run = await (runId ? replica.runs.find(runId) : replica.runs.latest('connection-1'));
    if (run?.state === 'done' || run?.state === 'failed') return run;
    if (run?.state === 'parked') await harness.nextDay();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('an account whose every endpoint fails once', () => {
  let harness: PollerHarness;

  afterEach(() => harness.stop());

  /** Round after round every endpoint meets the next fault, until each has met each. */
  const rounds = Array.from({ length: size(1, FAULTS.length) }, (_, round) => round + seed);

  it.each(rounds)(
    'is read completely, and the calls that this took in vain are told (round %i)',
    async (round) => {
      const account = generateAccount({ seed: 60, contacts: 600, lists: 5, campaigns: 12 });
      harness = await PollerHarness.start(account);
      const activityTypes = ['sent', 'opened', 'clicked', 'bounced', 'opted_out', 'forwarded'];
      harness.connection.options = { ...harness.connection.options, activityTypes };
      const struck = ENDPOINTS.map(([route, name], at) => {
        const { fault, wasted } = FAULTS[(at + round) % FAULTS.length] ?? FAULTS[0];
        harness.simulator.fault({ ...fault, endpoint: `GET /v3${route}`, count: 1 });
        return { route: `GET /v3${route}`, name, wasted };
      });
      // Not just after midnight, when a spent day is the one before.
      const noon = { now: () => Math.floor(Date.now() / DAY) * DAY + DAY / 2 };
      const replica = await harness.replica('replica', {}, noon);
      const first = await finishedDaysLater(harness, replica);
      expect([first.state, first.reason]).toEqual(['done', null]);

      // Lists and people are asked for one by one only where they are missing.
      const purged = account.contacts.find(({ deletedAt, purgedAt }) => !deletedAt && !purgedAt);
      harness.simulator.change(account.id, { kind: 'purge_contact', contactId: purged?.id ?? '' });
      harness.simulator.fault({
        ...{ kind: 'status', status: 200, body: '{"lists":[]}' },
        ...{ endpoint: 'GET /v3/contact_lists', count: 1 },
      });
      const wishes = { sweep: false, republish: false };
      const { runId } = await replica.queue.request('connection-1', 'request', wishes);
      const second = await finishedDaysLater(harness, replica, runId);
      expect([second.state, second.reason]).toEqual(['done', null]);
      await expectComplete(harness);

      const met = new Set(harness.simulator.requests().flatMap(({ fault, endpoint }) => (fault ? [endpoint] : [])));
      expect(struck.map(({ route }) => route).filter((route) => !met.has(route))).toEqual([]);
      const figures = await Promise.all([first, second].map((run) => replica.runs.figures({ ...run, opening: false })));
      const told = figures.flat().filter(({ kind }) => kind === 'wasted');
      expect(told.map(({ name, value }) => [name, value]).sort()).toEqual(
        struck
          .filter(({ wasted }) => wasted > 0)
          .map(({ name, wasted }) => [name, wasted])
          .sort(),
      );
    },
    timeoutMs,
  );
});
