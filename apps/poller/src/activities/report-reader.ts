import {
  activityContent,
  type ActivityContent,
  endpoints,
  isCursorExpired,
  isDelivered,
  type Mailing,
  type Odd,
  type Parsed,
  type Report,
  trackingRowsOf,
  type TrackingRow,
} from '@portage/constant-contact';
import { type Outgoing } from '@portage/kafka';
import { dedupKey, keyOf } from '@portage/records';
import { historySince } from '../connections/connection.js';
import { oddRows } from '../pages/odd-rows.js';
import { type Pass } from '../pass/pass.js';
import { BEGINNINGS, type PageOptions, type SourcePage } from '../pass/source.js';
import { evidenceOf } from '../suppressions/evidence.js';
import { type DueReport } from './due-reports.js';
import { type PagesAgain, repeatedRows } from './page-edge.js';
import { beginAgain, beginWalk, type NumberedRow, takePage, type Walk, watermarkAfter } from './watermark.js';
import { SAFETY_REPORTS } from './wanted.js';

export interface ReportReading {
  /** Share of the day's calls to leave. */
  readonly reserve: number;
  /** Read at least down to this moment (ms), even where rows are too old to be published. */
  readonly downTo?: number;
}

/**
 * Reads a report from its newest row down to what was read before, page by page: activities, evidence for suppressions and
 * the report's progress go out together. The watermark moves only when the read reached it.
 */
export async function readReport(pass: Pass, due: DueReport, { reserve, downTo }: ReportReading): Promise<void> {
  const { mailing, report } = due;
  const floor = Math.min(SAFETY_REPORTS.includes(report) ? 0 : historySince(pass.connection), downTo ?? Infinity);
  let walk: Walk = due.walk ?? beginWalk;
  for (let beginning = 1; ;) {
    const isLast = beginning === BEGINNINGS;
    const page = await reportPage(pass, due, { from: walk.next, reserve }, isLast);
    if (page === 'forgotten') {
      beginning += 1;
      walk = beginAgain(walk);
      continue;
    }
    if (page === null) return recordVanished(pass, due);
    if (due.lost) await recordFound(pass, mailing);
    const rows = trackingRowsOf(page.body);
    const good = usable(rows);
    // Not for ever: of a report that grows at each call the likelier is taken for true.
    const repeated = await repeatedRows(good, walk, pagesAgain(pass, due, reserve), isLast);
    if (repeated === 'unclear') {
      beginning += 1;
      walk = beginAgain(walk);
      continue;
    }
    const taken = takePage(
      { rows: good, link: walk.next, ...repeated },
      (row) => happeningOf(report, row, mailing),
      { walk, watermark: due.watermark },
      floor,
    );
    const ended = taken.reached || page.next === null;
    walk = { ...taken.walk, next: page.next };
    const odds = rows.filter((row): row is Odd => !row.ok);
    await publishRows(pass, due, { page, fresh: taken.fresh, odds, walk, ended });
    if (ended) return;
  }
}

/** Null: the vendor does not know the mailing; `forgotten`: it does not know the next page any more. */
async function reportPage(
  pass: Pass,
  { mailing, report }: DueReport,
  options: PageOptions,
  isLast = false,
): Promise<SourcePage | null | 'forgotten'> {
  try {
    return await pass.source.find(endpoints.tracking(mailing.activityId, report), options);
  } catch (error) {
    if (isCursorExpired(error) && !isLast) return 'forgotten';
    throw error;
  }
}

function pagesAgain(pass: Pass, due: DueReport, reserve: number): PagesAgain {
  const ask = async (from: string | null): Promise<TrackingRow[] | null> => {
    const page = await reportPage(pass, due, { from, reserve });
    return page === null || page === 'forgotten' ? null : usable(trackingRowsOf(page.body));
  };
  return { first: () => ask(null), at: ask };
}

function usable(rows: readonly Parsed<TrackingRow>[]): TrackingRow[] {
  return rows.flatMap((row) => (row.ok ? [row.value] : []));
}

interface RowsOfPage {
  readonly page: SourcePage;
  readonly fresh: readonly NumberedRow[];
  readonly odds: readonly Odd[];
  readonly walk: Walk;
  readonly ended: boolean;
}

async function publishRows(pass: Pass, due: DueReport, { page, fresh, odds, walk, ended }: RowsOfPage): Promise<void> {
  const { mailing, report } = due;
  const { observedAt } = page;
  const since = historySince(pass.connection);
  const outgoing = due.feeds
    ? fresh
        .filter(({ row }) => row.created_time >= since && !isDelivered(report, row))
        .map((numbered) => activityRecord(pass, due, numbered, observedAt))
    : [];
  const odd = await oddRows(pass.database, 'activities', odds, pass.origin(observedAt));
  const watermark = ended ? watermarkAfter(walk, due.watermark) : due.watermark;
  const count = outgoing.length;
  await pass.publish({
    observedAt,
    outgoing: [...outgoing, ...odd.outgoing],
    states: odd.states,
    effects: {
      evidence: await evidenceOf(
        pass,
        report,
        mailing,
        fresh.map(({ row }) => row),
      ),
      published: count > 0 ? [{ stream: 'activities', count, keys: count }] : [],
      reports: [
        {
          activity_id: mailing.activityId,
          report,
          walk: ended ? null : walk,
          watermark: watermark.at,
          at_watermark: watermark.rows,
          rows: fresh.length,
          published: count,
          counted: due.counted,
          summarised: due.summarised,
        },
      ],
    },
  });
}

function activityRecord(pass: Pass, due: DueReport, { row, ordinal }: NumberedRow, observedAt: number): Outgoing {
  const content = activityContent(due.report, row, due.mailing);
  const { connectionId, accountId, runId, first } = pass.origin(observedAt);
  const op = first ? 'snapshot' : 'upsert';
  return {
    topic: 'activities',
    key: keyOf(connectionId, content.contactId),
    timestamp: observedAt,
    value: {
      ...content,
      meta: { op, connectionId, accountId, runId, observedAt, version: observedAt },
      dedupKey: dedupKey(content, ordinal),
    },
  };
}

function happeningOf(report: Report, row: TrackingRow, mailing: Mailing): ActivityContent {
  return activityContent(report, row, mailing);
}

/** The vendor does not know the mailing any more: what was read of it stays, and it is not asked for until the next day. */
async function recordVanished(pass: Pass, { mailing, lost }: DueReport): Promise<void> {
  const fields = { campaign: mailing.campaignId, activity: mailing.activityId };
  if (!lost) pass.log.warn(fields, 'a mailing vanished at the source');
  await pass.database.transaction(async (queries) => {
    await queries.execute(
      'UPDATE sync.mailings SET vanished_at = now() WHERE connection_id = $1 AND activity_id = $2',
      [pass.connectionId, mailing.activityId],
    );
    await queries.execute(
      'UPDATE sync.reports SET due = false, walk = NULL WHERE connection_id = $1 AND activity_id = $2',
      [pass.connectionId, mailing.activityId],
    );
  });
}

async function recordFound(pass: Pass, { activityId }: Mailing): Promise<void> {
  await pass.database.execute(
    'UPDATE sync.mailings SET vanished_at = NULL WHERE connection_id = $1 AND activity_id = $2',
    [pass.connectionId, activityId],
  );
}
