import {
  campaignOf,
  endpoints,
  type Odd,
  STATS_PER_CALL,
  statsOf,
  subjectOf,
  summariesOf,
} from '@portage/constant-contact';
import { columns } from '@portage/persistence';
import { oddRows } from '../pages/odd-rows.js';
import { type Pass } from '../pass/pass.js';
import { parseSchedule } from '@portage/platform';
import { RESERVES } from '../pass/source.js';
import { whileSpare } from '../pass/spare.js';
import { storeSummaries } from './campaign-store.js';
import { wantedReports } from './wanted.js';

/** A mailing of the last days gathers rows faster than the vendor's counts follow. */
export const RECENT_MS = 3 * 86_400_000;
/** Stats of older mailings are compared once a day when comparing all each pass would cost more than this share. */
const STATS_SHARE = 0.1;
const MONTH = 30 * 86_400_000;
const DAY = 86_400_000;

/**
 * Finds out what was sent, and how much happened to it: campaign summaries (newest first), then for each new or newly sent
 * campaign its mailings, then the mailings' own counts.
 */
export async function readCampaigns(pass: Pass): Promise<void> {
  for await (const page of pass.source.pages(endpoints.campaignSummaries())) {
    const rows = summariesOf(page.body);
    const summaries = rows.flatMap((row) => (row.ok ? [row.value] : []));
    await pass.countCalls();
    await storeSummaries(pass.database, pass.connectionId, summaries);
    const odds = rows.filter((row): row is Odd => !row.ok);
    const odd = await oddRows(pass.database, 'activities', odds, pass.origin(page.observedAt));
    const { observedAt } = page;
    if (odds.length > 0) await pass.publish({ observedAt, outgoing: odd.outgoing, effects: { records: odd.states } });
  }
  await readMailings(pass);
  await whileSpare(() => readStats(pass));
}

async function readMailings(pass: Pass): Promise<void> {
  const engagement = wantedReports(pass.connection).length > 0;
  for (;;) {
    const [campaign] = await pass.database.query<{ campaign_id: string }>(
      `SELECT campaign_id FROM sync.campaigns WHERE connection_id = $1 AND NOT detailed AND NOT vanished
       ORDER BY last_sent_at DESC NULLS LAST LIMIT 1`,
      [pass.connectionId],
    );
    if (!campaign) break;
    await readMailingsOf(pass, campaign.campaign_id);
  }
  // Without them events lack their subject, which is no reason to keep opt-outs waiting for another day.
  if (engagement) await whileSpare(() => readSubjects(pass));
}

/** A campaign can vanish between the listing and the look: it is skipped, and stays recorded as vanished. */
async function readMailingsOf(pass: Pass, campaignId: string): Promise<void> {
  const page = await pass.source.find(endpoints.campaign(campaignId));
  const detail = page === null ? null : campaignOf(page.body);
  await pass.countCalls();
  await pass.database.execute(
    `UPDATE sync.campaigns SET detailed = true, vanished = $3, name = coalesce($4, name)
     WHERE connection_id = $1 AND campaign_id = $2`,
    [pass.connectionId, campaignId, page === null, detail?.name ?? null],
  );
  const mailings = detail?.mailings ?? [];
  await pass.database.execute(
    `INSERT INTO sync.mailings (connection_id, campaign_id, activity_id, role)
     SELECT $1, $2, * FROM unnest($3::text[], $4::text[])
     ON CONFLICT (connection_id, activity_id) DO UPDATE SET role = EXCLUDED.role`,
    [pass.connectionId, campaignId, ...columns(mailings, ['activityId', 'role'])],
  );
}

async function readSubjects(pass: Pass): Promise<void> {
  for (;;) {
    const [mailing] = await pass.database.query<{ activity_id: string }>(
      `SELECT activity_id FROM sync.mailings m JOIN sync.campaigns c USING (connection_id, campaign_id)
       WHERE connection_id = $1 AND NOT described AND NOT c.vanished AND m.role <> 'vanished'
       ORDER BY c.last_sent_at DESC NULLS LAST LIMIT 1`,
      [pass.connectionId],
    );
    if (!mailing) return;
    const page = await pass.source.find(endpoints.campaignActivity(mailing.activity_id), {
      reserve: RESERVES.activities,
    });
    await pass.countCalls();
    await pass.database.execute(
      'UPDATE sync.mailings SET described = true, subject = $3 WHERE connection_id = $1 AND activity_id = $2',
      [pass.connectionId, mailing.activity_id, page === null ? null : subjectOf(page.body)],
    );
  }
}

/** Counts rows where summaries count people, so that a second open of the same person shows. */
async function readStats(pass: Pass): Promise<void> {
  const [row] = await pass.database.query<{ mailings: number; readAt: number | null }>(
    `SELECT (SELECT count(*)::int FROM sync.mailings WHERE connection_id = $1) AS mailings,
       (SELECT (cursor ->> 'countedAt')::float8 FROM sync.streams WHERE connection_id = $1 AND stream = 'activities') AS "readAt"`,
    [pass.connectionId],
  );
  const { mailings = 0, readAt = null } = row ?? {};
  const now = Date.now();
  const passesPerDay = Math.max(1, parseSchedule(pass.connection.options.schedule)?.perDay ?? 1);
  const cheap = (mailings / STATS_PER_CALL) * passesPerDay < pass.settings.callsPerDay * STATS_SHARE;
  const all = cheap || now - (readAt ?? 0) >= DAY;
  for (let after = '', ids = await mailingsAfter(pass, after, all); ids.length > 0;) {
    await readStatsOf(pass, ids);
    after = ids.at(-1) ?? after;
    ids = await mailingsAfter(pass, after, all);
  }
  if (all)
    await pass.publish({
      observedAt: now,
      effects: { cursors: [{ stream: 'activities', cursor: { countedAt: now } }] },
    });
}

/** As many as go into one call: all, or those of the last month. */
async function mailingsAfter(pass: Pass, after: string, all: boolean): Promise<string[]> {
  const since = all ? 0 : Date.now() - MONTH;
  const rows = await pass.database.query<{ activity_id: string }>(
    `SELECT activity_id FROM sync.mailings m JOIN sync.campaigns c USING (connection_id, campaign_id)
     WHERE connection_id = $1 AND activity_id > $2 AND NOT c.vanished AND m.role <> 'vanished' AND coalesce(c.last_sent_at, $3) >= $3
     ORDER BY activity_id LIMIT ${STATS_PER_CALL}`,
    [pass.connectionId, after, since],
  );
  return rows.map((row) => row.activity_id);
}

/** One malformed id makes the whole call a 404; then the reports are judged by the summaries alone. */
async function readStatsOf(pass: Pass, activityIds: readonly string[]): Promise<void> {
  const page = await pass.source.find(endpoints.activityStats(activityIds), { reserve: RESERVES.activities });
  await pass.countCalls();
  if (page === null) return;
  const stats = statsOf(page.body).map(({ activityId, rows }) => ({ activityId, rows: JSON.stringify(rows) }));
  await pass.database.execute(
    `UPDATE sync.mailings m SET stats = e.stats FROM unnest($2::text[], $3::jsonb[]) AS e(activity_id, stats)
     WHERE m.connection_id = $1 AND m.activity_id = e.activity_id`,
    [pass.connectionId, ...columns(stats, ['activityId', 'rows'])],
  );
}
