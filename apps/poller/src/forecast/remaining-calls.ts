import { ROWS_PER_PAGE, STATS_PER_CALL } from '@portage/constant-contact';
import { type Queries } from '@portage/persistence';
import { SAFETY_REPORTS, wantedReports } from '../activities/wanted.js';
import { type Connection } from '../connections/connection.js';
import { type FullWalk } from '../contacts/contacts-cursor.js';
import { type ContactsProgress } from '../contacts/contacts-progress.js';
import { type Phase, PHASES } from '../pass/phase.js';
import { type Run } from '../runs/run.js';
import { type Remaining } from './forecast.js';

/** Contacts and campaign summaries come so many a call. */
const PER_PAGE = 500;
/** Lists, custom fields, tags, and changes during the walk: a handful whatever the account. */
const FIXED_CALLS = 6;

/**
 * What a pass still costs, from what has been counted so far: contacts by the walk's first page, rows by the vendor's own
 * counts of campaigns and mailings. Reading single people for signs of life is not foreseen.
 */
export async function remainingCalls(queries: Queries, connection: Connection, run: Run): Promise<Remaining> {
  const at = PHASES.indexOf((run.phase ?? PHASES[0]) as Phase);
  const ahead = (phase: Phase): boolean => at <= PHASES.indexOf(phase);
  const parts = [
    ...(ahead('contacts') ? [await contactCalls(queries, run)] : []),
    ...(ahead('campaigns') ? [await campaignCalls(queries, connection, run)] : []),
    await reportCalls(queries, connection, !ahead('campaigns')),
  ];
  return {
    calls: parts.reduce((sum, { calls }) => sum + calls, 0),
    counted: parts.every(({ counted }) => counted),
  };
}

async function contactCalls(queries: Queries, run: Run): Promise<Remaining> {
  const [row] = await queries.query<{
    progress: ContactsProgress | null;
    walk: FullWalk | null;
    met: number;
    known: number;
  }>(
    `SELECT r.progress -> 'contacts' AS progress, s.cursor -> 'walk' AS walk,
       (SELECT count(*)::int FROM sync.seen e WHERE e.connection_id = r.connection_id AND e.stream = 'contacts'
         AND e.walk = (s.cursor -> 'walk' ->> 'startedAt')::bigint) AS met,
       (SELECT count(*)::int FROM sync.records k WHERE k.connection_id = r.connection_id AND k.stream = 'contacts') AS known
     FROM sync.runs r LEFT JOIN sync.streams s ON s.connection_id = r.connection_id AND s.stream = 'contacts'
     WHERE r.run_id = $1`,
    [run.runId],
  );
  const { progress = null, walk = null, met = 0, known = 0 } = row ?? {};
  if (walk?.done || (progress !== null && progress.everybody !== 'to_read'))
    return { calls: FIXED_CALLS, counted: true };
  const total = walk?.expected ?? null;
  const people = total === null ? known : total - met;
  return { calls: FIXED_CALLS + pages(people), counted: total !== null || !run.first };
}

async function campaignCalls(queries: Queries, connection: Connection, run: Run): Promise<Remaining> {
  const [row] = await queries.query<{ campaigns: number; unseen: number; mailings: number; untitled: number }>(
    `SELECT count(*)::int AS campaigns, count(*) FILTER (WHERE NOT detailed AND NOT vanished)::int AS unseen,
       (SELECT count(*)::int FROM sync.mailings WHERE connection_id = $1) AS mailings,
       (SELECT count(*)::int FROM sync.mailings WHERE connection_id = $1 AND NOT described) AS untitled
     FROM sync.campaigns WHERE connection_id = $1`,
    [connection.id],
  );
  const { campaigns = 0, unseen = 0, mailings = 0, untitled = 0 } = row ?? {};
  // A campaign that was not looked at has one mailing at least.
  const titles = wantedReports(connection).length > 0 ? untitled + unseen : 0;
  const stats = Math.ceil((mailings + unseen) / STATS_PER_CALL);
  return { calls: Math.max(1, pages(campaigns)) + unseen + titles + stats, counted: !run.first };
}

/** `planned`: it is known which reports are due; before that they are guessed by the same rules. */
async function reportCalls(queries: Queries, connection: Connection, planned: boolean): Promise<Remaining> {
  const reports = [...new Set([...SAFETY_REPORTS, ...wantedReports(connection)])];
  const due = planned
    ? 'coalesce(r.due, false)'
    : `(coalesce(r.due, false) OR ${counted} > coalesce(r.counted, 0) OR (r.read_at IS NULL AND ${counted} > 0))`;
  const [row] = await queries.query<{ calls: number | null }>(
    `SELECT sum(ceil(GREATEST(1, ${counted} - coalesce(r.rows, 0)) / ${ROWS_PER_PAGE}::numeric))::int AS calls
     FROM sync.campaigns c
       LEFT JOIN sync.mailings m USING (connection_id, campaign_id)
       CROSS JOIN unnest($2::text[]) AS e(report)
       LEFT JOIN sync.reports r ON r.connection_id = c.connection_id AND r.activity_id = m.activity_id AND r.report = e.report
     WHERE c.connection_id = $1 AND NOT c.vanished AND ${due}`,
    [connection.id, reports],
  );
  return { calls: row?.calls ?? 0, counted: true };
}

/** Rows of a mailing by its own stats, else people by its campaign's summary. */
const counted = `coalesce((m.stats ->> e.report)::bigint, (c.counts ->> e.report)::bigint, 0)`;

function pages(rows: number): number {
  return Math.ceil(Math.max(0, rows) / PER_PAGE);
}
