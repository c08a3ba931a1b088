import { endpoints, ROWS_PER_PAGE, STATS_PER_CALL } from '@portage/constant-contact';
import { type Queries } from '@portage/persistence';
import { RECENT_MS } from '../activities/read-campaigns.js';
import { countedIn, dueBy } from '../activities/vendor-counts.js';
import { SAFETY_REPORTS, wantedReports } from '../activities/wanted.js';
import { type Connection } from '../connections/connection.js';
import { type FullWalk } from '../contacts/contacts-cursor.js';
import { type ContactsProgress } from '../contacts/contacts-progress.js';
import { type Phase, PHASES } from '../pass/phase.js';
import { type Run } from '../runs/run.js';
import { type Remaining } from './forecast.js';

/** Contacts and campaign summaries come so many a call. */
const PER_PAGE = 500;

/**
 * What a pass still costs, from what has been counted so far: contacts by the walk's first page, rows by the vendor's own
 * counts of campaigns and mailings. Looking for single people, for signs of life or because they are missing, is not foreseen.
 */
export async function remainingCalls(queries: Queries, connection: Connection, run: Run): Promise<Remaining> {
  const at = PHASES.indexOf((run.phase ?? PHASES[0]) as Phase);
  const ahead = (phase: Phase): boolean => at <= PHASES.indexOf(phase);
  const made = await callsMade(queries, run);
  const parts = [
    ...(ahead('lists') ? [{ calls: Math.max(0, 1 - made(endpoints.lists().name)), counted: true }] : []),
    ...(ahead('contacts') ? [await contactCalls(queries, run, made)] : []),
    ...(ahead('campaigns') ? [await campaignCalls(queries, connection, run, made)] : []),
    await reportCalls(queries, connection, !ahead('campaigns')),
  ];
  return {
    calls: parts.reduce((sum, { calls }) => sum + calls, 0),
    counted: parts.every(({ counted }) => counted),
  };
}

type CallsMade = (endpoint: string) => number;

async function callsMade(queries: Queries, { runId }: Run): Promise<CallsMade> {
  const rows = await queries.query<{ name: string; value: number }>(
    `SELECT name, value FROM sync.run_figures WHERE run_id = $1 AND kind = 'calls'`,
    [runId],
  );
  const calls = new Map(rows.map(({ name, value }) => [name, value]));
  return (endpoint) => calls.get(endpoint) ?? 0;
}

async function contactCalls(queries: Queries, run: Run, made: CallsMade): Promise<Remaining> {
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
  const definitions = made(endpoints.tags().name) > 0 ? 0 : 2;
  const rest = definitions + changesCalls(progress);
  if (walk?.done || (progress !== null && progress.everybody !== 'to_read')) return { calls: rest, counted: true };
  const total = walk?.expected ?? null;
  const people = total === null ? known : total - met;
  return { calls: rest + pages(people), counted: total !== null || !run.first };
}

/** One call for each of the two filters, unless much has changed. */
function changesCalls(progress: ContactsProgress | null): number {
  const { filter, walk } = progress?.changes ?? {};
  if (filter === undefined) return 2;
  return (filter === 'optout' ? 1 : 0) + (walk?.done ? 0 : 1);
}

async function campaignCalls(queries: Queries, connection: Connection, run: Run, made: CallsMade): Promise<Remaining> {
  const [row] = await queries.query<{ campaigns: number; unseen: number; mailings: number; untitled: number }>(
    `SELECT count(*)::int AS campaigns, count(*) FILTER (WHERE NOT detailed AND vanished_at IS NULL)::int AS unseen,
       (SELECT count(*)::int FROM sync.mailings WHERE connection_id = $1) AS mailings,
       (SELECT count(*)::int FROM sync.mailings WHERE connection_id = $1 AND NOT described) AS untitled
     FROM sync.campaigns WHERE connection_id = $1`,
    [connection.id],
  );
  const { campaigns = 0, unseen = 0, mailings = 0, untitled = 0 } = row ?? {};
  // A campaign that was not looked at has one mailing at least.
  const titles = wantedReports(connection).length > 0 ? untitled + unseen : 0;
  const summaries = Math.max(1, pages(campaigns)) - made(endpoints.campaignSummaries().name);
  const stats = Math.ceil((mailings + unseen) / STATS_PER_CALL) - made(endpoints.activityStats([]).name);
  return { calls: Math.max(0, summaries) + unseen + titles + Math.max(0, stats), counted: !run.first };
}

/** `planned`: it is known which reports are due; before that they are guessed by the same rule. */
async function reportCalls(queries: Queries, connection: Connection, planned: boolean): Promise<Remaining> {
  const reports = [...new Set([...SAFETY_REPORTS, ...wantedReports(connection)])];
  const due = planned ? 'coalesce(r.due, false)' : `(coalesce(r.due, false) OR ${dueBy('e.report', '$3')})`;
  const [row] = await queries.query<{ calls: number | null }>(
    `SELECT sum(ceil(GREATEST(1, ${countedIn('e.report')} - coalesce(r.rows, 0)) / ${ROWS_PER_PAGE}::numeric))::int AS calls
     FROM sync.campaigns c
       LEFT JOIN sync.mailings m USING (connection_id, campaign_id)
       CROSS JOIN unnest($2::text[]) AS e(report)
       LEFT JOIN sync.reports r ON r.connection_id = c.connection_id AND r.activity_id = m.activity_id AND r.report = e.report
     WHERE c.connection_id = $1 AND c.vanished_at IS NULL AND m.vanished_at IS NULL AND $3::bigint > 0 AND ${due}`,
    [connection.id, reports, Date.now() - RECENT_MS],
  );
  return { calls: row?.calls ?? 0, counted: true };
}

function pages(rows: number): number {
  return Math.ceil(Math.max(0, rows) / PER_PAGE);
}
