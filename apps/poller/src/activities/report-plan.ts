import { REPORTS, type Report } from '@portage/constant-contact';
import { columns } from '@portage/persistence';
import { timesPerDay } from '@portage/platform';
import { type Pass } from '../pass/pass.js';
import { RECENT_MS } from './read-campaigns.js';
import { countedIn, dueBy } from './vendor-counts.js';
import { SAFETY_REPORTS, wantedReports } from './wanted.js';

/** A pass that was asked for also reads reports that do not seem to have grown, if that costs less than this share of a day. */
const THOROUGH_SHARE = 0.05;

/** What is spent of a day's calls on opt-out and bounce reports of which no count says that they have grown. */
const UNREAD_SHARE = 0.02;
/** So many mailings that the vendor did not know a day ago are looked for again in one pass. */
const LOST_MAILINGS = 20;

/**
 * Decides which reports this pass reads, in statements over all mailings at once. A report is due when its read is not
 * finished, when it was never read and the vendor counts something in it, when the vendor counts otherwise than at the last
 * read (rows of the mailing, or people of its campaign), or when the mailing is recent. The vendor's counts trail its rows, so a
 * pass that somebody waits for does not rely on them as long as it is cheap, and opt-outs and bounces are looked at without
 * them too, some in every pass.
 */
export async function planReports(pass: Pass): Promise<void> {
  const wanted = wantedReports(pass.connection);
  const reports = REPORTS.filter((report) => wanted.includes(report) || SAFETY_REPORTS.includes(report));
  await registerReports(pass, reports, wanted);
  await markDue(pass, reports);
  if (pass.run.first) return;
  if (pass.run.trigger === 'request') await markThoroughly(pass, reports);
  await markLongUnread(pass);
  await markLost(pass);
}

/** A type that the owner switched on later starts from the beginning. */
async function registerReports(pass: Pass, reports: readonly Report[], wanted: readonly Report[]): Promise<void> {
  const rows = reports.map((report) => ({ report, feeds: wanted.includes(report) }));
  await pass.database.execute(
    `INSERT INTO sync.reports AS r (connection_id, activity_id, report, feeds)
     SELECT m.connection_id, m.activity_id, e.report, e.feeds
     FROM sync.mailings m, unnest($2::text[], $3::boolean[]) AS e(report, feeds) WHERE m.connection_id = $1
     ON CONFLICT (connection_id, activity_id, report) DO UPDATE SET
       feeds = EXCLUDED.feeds,
       watermark = CASE WHEN EXCLUDED.feeds AND NOT r.feeds THEN NULL ELSE r.watermark END,
       at_watermark = CASE WHEN EXCLUDED.feeds AND NOT r.feeds THEN '{}' ELSE r.at_watermark END,
       walk = CASE WHEN EXCLUDED.feeds AND NOT r.feeds THEN NULL ELSE r.walk END,
       read_at = CASE WHEN EXCLUDED.feeds AND NOT r.feeds THEN NULL ELSE r.read_at END
     WHERE r.feeds <> EXCLUDED.feeds`,
    [pass.connectionId, ...columns(rows, ['report', 'feeds'])],
  );
}

const overMailings = `
  FROM sync.mailings m JOIN sync.campaigns c USING (connection_id, campaign_id)
  WHERE r.connection_id = $1 AND r.report = ANY($2)
    AND m.connection_id = r.connection_id AND m.activity_id = r.activity_id AND c.vanished_at IS NULL AND m.vanished_at IS NULL`;

async function markDue(pass: Pass, reports: readonly Report[]): Promise<void> {
  await pass.database.execute(
    `UPDATE sync.reports r SET due = true ${overMailings} AND NOT r.due
       AND ${dueBy('r.report', '$3')}`,
    [pass.connectionId, reports, Date.now() - RECENT_MS],
  );
}

/** Those of the safety reports that were not read for the longest time, so many that a day's worth takes little of the day's calls. */
async function markLongUnread(pass: Pass): Promise<void> {
  const most = Math.max(
    1,
    Math.floor((pass.settings.callsPerDay * UNREAD_SHARE) / timesPerDay(pass.connection.options.schedule)),
  );
  await pass.database.execute(
    `UPDATE sync.reports r SET due = true
     FROM (SELECT r.activity_id, r.report FROM sync.reports r
         JOIN sync.mailings m USING (connection_id, activity_id)
         JOIN sync.campaigns c USING (connection_id, campaign_id)
       WHERE r.connection_id = $1 AND r.report = ANY($2) AND NOT r.due AND c.vanished_at IS NULL AND m.vanished_at IS NULL
         AND coalesce(r.read_at, '-infinity') < now() - interval '1 day'
       ORDER BY r.read_at NULLS FIRST, c.last_sent_at DESC NULLS LAST LIMIT $3) longest
     WHERE r.connection_id = $1 AND r.activity_id = longest.activity_id AND r.report = longest.report`,
    [pass.connectionId, SAFETY_REPORTS, most],
  );
}

/** One report tells whether the mailing is there again. */
async function markLost(pass: Pass): Promise<void> {
  await pass.database.execute(
    `UPDATE sync.reports r SET due = true FROM (
       SELECT activity_id FROM sync.mailings WHERE connection_id = $1 AND vanished_at < now() - interval '1 day'
       ORDER BY vanished_at LIMIT ${LOST_MAILINGS}) AS lost
     WHERE r.connection_id = $1 AND r.activity_id = lost.activity_id AND r.report = 'optouts'`,
    [pass.connectionId],
  );
}

async function markThoroughly(pass: Pass, reports: readonly Report[]): Promise<void> {
  const [all] = await pass.database.query<{ reports: number }>(
    'SELECT count(*)::int AS reports FROM sync.reports WHERE connection_id = $1 AND report = ANY($2)',
    [pass.connectionId, reports],
  );
  const budget = pass.settings.callsPerDay * THOROUGH_SHARE;
  // Where even the empty ones are cheap to look at, none is left out: the first row of a report shows late in the counts too.
  const least = (all?.reports ?? 0) < budget ? 0 : 1;
  const chosen = `${overMailings} AND ${countedIn('r.report')} >= $3`;
  const [counted] = await pass.database.query<{ reports: number }>(
    `SELECT count(*)::int AS reports FROM sync.reports r, LATERAL (SELECT 1 ${chosen}) AS found`,
    [pass.connectionId, reports, least],
  );
  if ((counted?.reports ?? 0) >= budget) return;
  await pass.database.execute(`UPDATE sync.reports r SET due = true ${chosen}`, [pass.connectionId, reports, least]);
}
