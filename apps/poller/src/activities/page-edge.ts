import { createHash } from 'node:crypto';
import { type TrackingRow } from '@portage/constant-contact';

/** What a walk through a report remembers of its pages, to know rows that a page shows again from different rows that look the same. */
export interface PageEdge {
  /** Prints of the rows of the page before, in order. */
  readonly before: readonly string[];
  /** Where the page before was asked for; null: it was the report's first. */
  readonly link: string | null;
  /** Print of the report's first row when the walk began, and how many rows in a row looked like it. */
  readonly top: string | null;
  readonly topRun: number;
  /** Rows shown again so far. */
  readonly shifted: number;
  /** Whether links name a place among the rows or count rows from the top; null: not known yet. */
  readonly links: 'placed' | 'counted' | null;
}

export const noEdge: PageEdge = { before: [], link: null, top: null, topRun: 0, shifted: 0, links: null };

/** Asks for pages once more. Null: the vendor does not know it any more. */
export interface PagesAgain {
  first(): Promise<readonly TrackingRow[] | null>;
  at(link: string): Promise<readonly TrackingRow[] | null>;
}

/** How many of a page's first rows are the last ones of the page before. */
export interface Repeated {
  readonly repeated: number;
  readonly links: PageEdge['links'];
}

/**
 * It is not documented whether links of reports count rows from the top, so that pages show rows again when others have come on
 * top meanwhile, or name a place that nothing moves. Where a page begins as the one before ended, both are possible: rows shown
 * again, or other rows that look the same, such as two clicks of one second. What tells: whether anything has come on top at all,
 * and if so, whether the page before, asked for again, still is what it was. Costs calls only then.
 *
 * @param guess  say what is likelier rather than `unclear`
 * @returns `unclear` where only the first page was read before, whose address names no place: both pages are to be read once more
 */
export async function repeatedRows(
  rows: readonly TrackingRow[],
  edge: PageEdge,
  again: PagesAgain,
  guess = false,
): Promise<Repeated | 'unclear'> {
  const { links, link } = edge;
  const none = { repeated: 0, links };
  if (links === 'placed' || matchingRows(rows, edge, rows.length) === 0) return none;
  const first = await again.first();
  const grown = first === null ? 0 : rowsOnTop(first, edge);
  if (grown === 0) return none;
  // So many have come on top since the page before: no more can be shown again.
  const counted = { repeated: matchingRows(rows, edge, grown), links: 'counted' } as const;
  if (links === 'counted') return counted;
  if (link === null) return guess ? counted : 'unclear';
  const before = await again.at(link);
  return before !== null && isAsBefore(before, edge) ? { repeated: 0, links: 'placed' } : counted;
}

export function edgeAfter(
  edge: PageEdge,
  page: Repeated & { readonly rows: readonly TrackingRow[]; readonly link: string | null },
): PageEdge {
  const { link, links } = page;
  const before = page.rows.map(printOf);
  const { top, topRun } = edge.top === null ? { top: before[0] ?? null, topRun: runLength(before, 0) } : edge;
  return { before, link, top, topRun, shifted: edge.shifted + page.repeated, links };
}

/** The most rows, up to `most`, at the head of a page that are equal to those at the end of the page before. */
function matchingRows(rows: readonly TrackingRow[], { before }: PageEdge, most: number): number {
  const prints = rows.map(printOf);
  for (let count = Math.min(before.length, prints.length, most); count > 0; count -= 1) {
    const end = before.slice(-count);
    if (end.every((print, at) => print === prints[at])) return count;
  }
  return 0;
}

/** How many rows have come on top since the page before was read. Rows that look like the old top may be among them. */
function rowsOnTop(firstPage: readonly TrackingRow[], { top, topRun, shifted }: PageEdge): number {
  const prints = firstPage.map(printOf);
  const at = prints.findIndex((print) => print === top);
  if (at < 0) return Infinity;
  const run = runLength(prints, at);
  // A run that the end of the page cuts off says nothing of its length.
  const likeTop = at + run === prints.length ? 0 : Math.max(0, run - topRun);
  return Math.max(0, at + likeTop - shifted);
}

function isAsBefore(rows: readonly TrackingRow[], { before }: PageEdge): boolean {
  return rows.length === before.length && rows.every((row, at) => printOf(row) === before[at]);
}

function runLength(prints: readonly string[], from: number): number {
  const end = prints.findIndex((print, at) => at > from && print !== prints[from]);
  return prints.length === 0 ? 0 : (end < 0 ? prints.length : end) - from;
}

function printOf(row: TrackingRow): string {
  return createHash('sha256').update(JSON.stringify(row)).digest('base64').slice(0, 8);
}
