import { type TrackingRow } from '@portage/constant-contact';
import { type Happening, Ordinals, type OrdinalState } from '@portage/records';

/** How often each contact and link occurs among the rows of one moment. */
export type Moment = Readonly<Record<string, number>>;

/** What is known of a report that was read to its end before. */
export interface Watermark {
  /** The newest moment whose rows were all read; null before the first complete read. */
  readonly at: number | null;
  /** The rows of that very moment: more of the same second can still come. */
  readonly rows: Moment;
}

/** A read under way, newest rows first. */
export interface Walk {
  readonly next: string | null;
  /** The newest moment that this read met: the next watermark. */
  readonly newest: number | null;
  readonly newestRows: Moment;
  readonly ordinals: OrdinalState;
}

export const beginWalk: Walk = { next: null, newest: null, newestRows: {}, ordinals: {} };

export interface NumberedRow {
  readonly row: TrackingRow;
  /** Tells apart rows that are equal as happenings; the same in every later read. */
  readonly ordinal: number;
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
 * @param floor  rows before this moment (ms) are of no interest
 */
export function takePage(
  rows: readonly TrackingRow[],
  happeningOf: (row: TrackingRow) => Happening,
  state: { readonly walk: Walk; readonly watermark: Watermark },
  floor: number,
): PageTaken {
  const { walk, watermark } = state;
  const ordinals = new Ordinals(walk.ordinals);
  const newest = walk.newest ?? rows.reduce<number | null>((max, row) => Math.max(max ?? 0, row.created_time), null);
  const newestRows: Record<string, number> = { ...walk.newestRows };
  const fresh: NumberedRow[] = [];
  let reached = false;
  for (const row of rows) {
    const at = row.created_time;
    const ordinal = ordinals.next(happeningOf(row));
    if (at === newest) newestRows[nameOf(row)] = (newestRows[nameOf(row)] ?? 0) + 1;
    if (at < floor || (watermark.at !== null && at < watermark.at)) reached = true;
    else if (at !== watermark.at || ordinal >= (watermark.rows[nameOf(row)] ?? 0)) fresh.push({ row, ordinal });
  }
  return { fresh, reached, walk: { next: null, newest, newestRows, ordinals: ordinals.state() } };
}

/** The watermark after a read that reached the old one. */
export function watermarkAfter(walk: Walk, before: Watermark): Watermark {
  return walk.newest === null ? before : { at: walk.newest, rows: walk.newestRows };
}

function nameOf(row: TrackingRow): string {
  return JSON.stringify([row.contact_id, row.url_id]);
}
