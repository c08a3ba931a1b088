import {
  contactEventsOf,
  type Endpoint,
  endpoints,
  isCursorExpired,
  type Report,
  ROWS_PER_PAGE,
} from '@portage/constant-contact';
import { nextDueReport } from '../activities/due-reports.js';
import { readReport } from '../activities/report-reader.js';
import { countedIn } from '../activities/vendor-counts.js';
import { signReports } from '../activities/wanted.js';
import { type EvidenceRow } from '../pages/page.js';
import { type Pass } from '../pass/pass.js';
import { BEGINNINGS, RESERVES, type SourcePage } from '../pass/source.js';
import { rowKey } from './evidence.js';
import { nextSuspect, suspects, watchSuspects } from './suspects.js';

/**
 * A bounce suppresses only while no open or click has followed, so for everybody whose bounces could suppress, the signs of
 * life since are read before anything is said: contact by contact, or out of the campaigns' reports, whichever costs fewer
 * calls.
 */
export async function readSigns(pass: Pass): Promise<void> {
  const reports = signReports(pass.connection);
  const route = (await pass.progress<Route>('signs')) ?? (await chooseRoute(pass, reports));
  if (route === null) return;
  if (route.by === 'reports') await readFromReports(pass, reports, route.since);
  else await readByContact(pass, reports);
}

/** How the signs are read, and from when on (ms) they matter. */
interface Route {
  readonly by: 'reports' | 'contacts';
  readonly since: number;
}

/** Chosen once a pass: half-way through the reports, reading contact by contact would look cheaper than it is. */
async function chooseRoute(pass: Pass, reports: readonly Report[]): Promise<Route | null> {
  await watchSuspects(pass);
  const { count, since } = await suspects(pass);
  if (count === 0) return null;
  const route: Route = { by: (await reportCalls(pass, reports)) < count ? 'reports' : 'contacts', since };
  await pass.publish({ observedAt: Date.now(), effects: { progress: { signs: route } } });
  return route;
}

/** What it costs to read all reports that could show a sign. Infinity when some were read before: rows of then were not kept. */
async function reportCalls(pass: Pass, reports: readonly Report[]): Promise<number> {
  const [row] = await pass.database.query<{ calls: number | null; read: boolean | null }>(
    `SELECT sum(ceil(GREATEST(${countedBy}, 1) / ${ROWS_PER_PAGE}::numeric))::int AS calls,
       bool_or(r.read_at IS NOT NULL OR r.walk IS NOT NULL) AS read
     ${overReports} AND (coalesce(r.due, false) OR ${countedBy} > 0)`,
    [pass.connectionId, reports],
  );
  return row?.read ? Infinity : (row?.calls ?? 0);
}

async function readFromReports(pass: Pass, reports: readonly Report[], since: number): Promise<void> {
  // Those that are not wanted as activities are in nobody's plan yet.
  await pass.database.execute(
    `INSERT INTO sync.reports (connection_id, activity_id, report, due)
     SELECT m.connection_id, m.activity_id, e.report, true ${overReports} AND r.report IS NULL AND ${countedBy} > 0
     ON CONFLICT (connection_id, activity_id, report) DO NOTHING`,
    [pass.connectionId, reports],
  );
  for (let due = await nextDueReport(pass, reports); due; due = await nextDueReport(pass, reports))
    await readReport(pass, due, { reserve: RESERVES.urgent, downTo: since });
  await pass.database.execute(
    'UPDATE sync.subjects SET unread = false WHERE connection_id = $1 AND watched AND unread',
    [pass.connectionId],
  );
}

const countedBy = countedIn('e.report');

const overReports = `
  FROM sync.mailings m
    JOIN sync.campaigns c USING (connection_id, campaign_id)
    CROSS JOIN unnest($2::text[]) AS e(report)
    LEFT JOIN sync.reports r ON r.connection_id = m.connection_id AND r.activity_id = m.activity_id AND r.report = e.report
  WHERE m.connection_id = $1 AND c.vanished_at IS NULL AND m.vanished_at IS NULL`;

async function readByContact(pass: Pass, reports: readonly Report[]): Promise<void> {
  for (let suspect = await nextSuspect(pass); suspect; suspect = await nextSuspect(pass)) {
    const { contactId, since } = suspect;
    const evidence = await signsOf(pass, contactId, reports, since);
    await pass.publish({ observedAt: Date.now(), effects: { evidence, signsRead: [contactId] } });
  }
}

/** Newest first, down to the contact's first bounce. A contact that is gone shows no signs. */
async function signsOf(
  pass: Pass,
  contactId: string,
  reports: readonly Report[],
  since: number,
): Promise<EvidenceRow[]> {
  const endpoint = endpoints.contactActivity(contactId, reports);
  const evidence = new Map<string, EvidenceRow>();
  let page = await pass.source.find(endpoint);
  for (let beginning = 1; page !== null;) {
    const events = contactEventsOf(page.body);
    for (const { report, activityId, at } of events) {
      if (at < since) continue;
      const key = rowKey(report, activityId, at, null);
      const rest = { address: null, at, campaign_id: null, activity_id: activityId, bounce_code: null };
      evidence.set(key, { contact_id: contactId, row_key: key, report, ...rest });
    }
    if (page.next === null || events.some(({ at }) => at < since)) break;
    const next = await nextPage(pass, endpoint, page.next, beginning < BEGINNINGS);
    // From the beginning where the vendor no longer knows the next page: the same rows have the same keys.
    if (next === 'forgotten') beginning += 1;
    page = next === 'forgotten' ? await pass.source.find(endpoint) : next;
  }
  return [...evidence.values()];
}

async function nextPage(
  pass: Pass,
  endpoint: Endpoint,
  from: string,
  mayBeginAgain: boolean,
): Promise<SourcePage | null | 'forgotten'> {
  try {
    return await pass.source.find(endpoint, { from });
  } catch (error) {
    if (isCursorExpired(error) && mayBeginAgain) return 'forgotten';
    throw error;
  }
}
