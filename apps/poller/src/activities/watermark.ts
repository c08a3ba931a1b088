import { type TrackingRow } from '@portage/constant-contact';
import { type Happening, Ordinals, type OrdinalState, secondOf } from '@portage/records';
import { edgeAfter, noEdge, type PageEdge, type Repeated } from './page-edge.js';

/** How often each contact and link occurs among the rows of one second. */
export type Moment = Readonly<Record<string, number>>;

/** What is known of a report that was read to its end before. */
export interface Watermark {
  /** The newest second (ms) whose rows were all read; null before the first complete read. */
  readonly at: number | null;
  /** The rows of that very second: more of it can still come. */
  readonly rows: Moment;
}

/** Rows that a read took before it began again: everything from one second down to another. */
interface Span {
  readonly newest: number;
  readonly newestRows: Moment;
  readonly oldest: number;
  readonly oldestRows: Moment;
}

/** A read under way, newest rows first. */
export interface Walk extends PageEdge {
  readonly next: string | null;
  /** The newest second that this read met: the next watermark. */
  readonly newest: number | null;
  readonly newestRows: Moment;
  /** The second of the last row so far, and its rows so far. */
  readonly oldest: number | null;
  readonly oldestRows: Moment;
  /** What this read has taken before it had to begin again. */
  readonly taken: readonly Span[];
  readonly ordinals: OrdinalState;
}

export const beginWalk: Walk = {
  next: null,
  newest: null,
  newestRows: {},
  oldest: null,
  oldestRows: {},
  taken: [],
  ordinals: {},
  ...noEdge,
};

/** The read from the report's top once more, because it cannot go on from where it stands. What it took stays taken. */
export function beginAgain({ newest, newestRows, oldest, oldestRows, taken, links }: Walk): Walk {
  if (newest === null || oldest === null) return { ...beginWalk, links, taken };
  return { ...beginWalk, links, taken: [...taken, { newest, newestRows, oldest, oldestRows }] };
}

export interface NumberedRow {
  readonly row: TrackingRow;
  /** Tells apart rows that are equal as happenings; the same in every later read. */
  readonly ordinal: number;
}

export interface PageRead extends Repeated {
  readonly rows: readonly TrackingRow[];
  /** Where it was asked for; null: it is the report's first. */
  readonly link: string | null;
}

export interface PageTaken {
  /** Rows that no earlier read has seen. */
  readonly fresh: readonly NumberedRow[];
  readonly walk: Walk;
  /** Whether a row older than everything of interest was met. */
  readonly reached: boolean;
}

/**
 * Takes a page of a report: which rows are new, and whether reading can stop. Pure.
 *
 * Rows carry no id and come newest first without a date filter. The watermark's own second is read again whole, because
 * rows of that second may have come later; how many of them were there before is remembered, so that only the surplus is new.
 *
 * @param page  its `repeated` first rows are left out
 * @param floor  rows before this moment (ms) are of no interest
 */
export function takePage(
  page: PageRead,
  happeningOf: (row: TrackingRow) => Happening,
  state: { readonly walk: Walk; readonly watermark: Watermark },
  floor: number,
): PageTaken {
  const { walk, watermark } = state;
  const rows = page.rows.slice(page.repeated);
  const ordinals = new Ordinals(walk.ordinals);
  const newest =
    walk.newest ?? rows.reduce<number | null>((max, row) => Math.max(max ?? 0, secondOf(row.created_time)), null);
  const newestRows: Record<string, number> = { ...walk.newestRows };
  let { oldest } = walk;
  let oldestRows: Record<string, number> = { ...walk.oldestRows };
  const fresh: NumberedRow[] = [];
  let reached = false;
  for (const row of rows) {
    const at = secondOf(row.created_time);
    const ordinal = ordinals.next(happeningOf(row));
    const name = nameOf(row);
    if (at === newest) newestRows[name] = (newestRows[name] ?? 0) + 1;
    if (at !== oldest) [oldest, oldestRows] = [at, {}];
    oldestRows[name] = (oldestRows[name] ?? 0) + 1;
    if (row.created_time < floor || (watermark.at !== null && at < watermark.at)) reached = true;
    else if (ordinal >= knownRows(name, at, state)) fresh.push({ row, ordinal });
  }
  const read = { next: null, newest, newestRows, oldest, oldestRows, ordinals: ordinals.state() };
  return { fresh, reached, walk: { ...read, taken: walk.taken, ...edgeAfter(walk, page) } };
}

/** How many rows of a name and second were taken by earlier reads, or by this one before it began again. */
function knownRows(name: string, at: number, { walk, watermark }: { walk: Walk; watermark: Watermark }): number {
  const counts = walk.taken.map((span) => {
    if (at === span.newest) return span.newestRows[name] ?? 0;
    if (at === span.oldest) return span.oldestRows[name] ?? 0;
    return at < span.newest && at > span.oldest ? Infinity : 0;
  });
  return Math.max(at === watermark.at ? (watermark.rows[name] ?? 0) : 0, ...counts);
}

/** The watermark after a read that reached the old one. */
export function watermarkAfter(walk: Walk, before: Watermark): Watermark {
  return walk.newest === null ? before : { at: walk.newest, rows: walk.newestRows };
}

function nameOf(row: TrackingRow): string {
  return JSON.stringify([row.contact_id, row.url_id, row.created_time % 1000]);
}
