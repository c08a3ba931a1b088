import { endpoints, STATS_PER_CALL, statsOf } from '@portage/constant-contact';
import { columns } from '@portage/persistence';
import { timesPerDay } from '@portage/platform';
import { type Pass } from '../pass/pass.js';
import { RESERVES } from '../pass/source.js';
import { MONTH, statsPlan } from './stats-plan.js';

/** A mailing without stats would fail its neighbours, so it is asked for alone; so many a pass. */
const ALONE = 20;

/** Counts rows where summaries count people, so that a second open of the same person shows. */
export async function readStats(pass: Pass): Promise<void> {
  const { counted, uncounted } = await mailingsToAsk(pass);
  for (let from = 0; from < counted.length; from += STATS_PER_CALL)
    await readStatsOf(pass, counted.slice(from, from + STATS_PER_CALL));
  for (const activityId of uncounted.slice(0, ALONE)) await readStatsOf(pass, [activityId]);
}

/** `uncounted`: the vendor had no stats of them a day ago. */
async function mailingsToAsk(pass: Pass): Promise<{ readonly counted: string[]; readonly uncounted: string[] }> {
  const now = Date.now();
  const [mailings] = await pass.database.query<{ all: number; month: number }>(
    `SELECT count(*)::int AS all, count(*) FILTER (WHERE c.last_sent_at >= $2)::int AS month ${known}`,
    [pass.connectionId, now - MONTH],
  );
  const { callsPerDay } = pass.settings;
  const passesPerDay = timesPerDay(pass.connection.options.schedule);
  const input = { mailings: mailings ?? { all: 0, month: 0 }, passesPerDay, callsPerDay };
  const { sentSince, staleMs } = statsPlan(input, now);
  const rows = await pass.database.query<{ activity_id: string; uncounted: boolean }>(
    `SELECT m.activity_id, m.stats IS NULL AND m.stats_at IS NOT NULL AS uncounted ${known}
       AND (m.stats_at IS NULL OR m.stats_at < now() - make_interval(secs => $3)
         OR (m.stats IS NOT NULL AND coalesce(c.last_sent_at, $2::bigint) >= $2::bigint))
     ORDER BY m.stats_at NULLS FIRST, m.activity_id`,
    [pass.connectionId, sentSince, staleMs / 1000],
  );
  const ids = (uncounted: boolean) => rows.filter((row) => row.uncounted === uncounted).map((row) => row.activity_id);
  return { counted: ids(false), uncounted: ids(true) };
}

const known = `
  FROM sync.mailings m JOIN sync.campaigns c USING (connection_id, campaign_id)
  WHERE m.connection_id = $1 AND c.vanished_at IS NULL AND m.vanished_at IS NULL`;

/**
 * An id that the vendor does not like makes the whole call a 404, or is listed as an error, so it is looked for in halves. Who has
 * no stats is judged by the campaign's summary alone, and is not asked for with others again.
 */
async function readStatsOf(pass: Pass, activityIds: readonly string[]): Promise<void> {
  const page = await pass.source.find(endpoints.activityStats(activityIds), { reserve: RESERVES.activities });
  await pass.countCalls();
  if (page === null && activityIds.length > 1) {
    const half = Math.ceil(activityIds.length / 2);
    await readStatsOf(pass, activityIds.slice(0, half));
    return readStatsOf(pass, activityIds.slice(half));
  }
  const answered = page === null ? [] : statsOf(page.body);
  const stats = answered.map(({ activityId, rows }) => ({ activityId, rows: JSON.stringify(rows) }));
  await pass.database.execute(
    `UPDATE sync.mailings m SET stats = e.stats, stats_at = now()
     FROM unnest($2::text[]) AS a(activity_id)
       LEFT JOIN unnest($3::text[], $4::jsonb[]) AS e(activity_id, stats) USING (activity_id)
     WHERE m.connection_id = $1 AND m.activity_id = a.activity_id`,
    [pass.connectionId, activityIds, ...columns(stats, ['activityId', 'rows'])],
  );
}
