/** Rows that were sent and how many of them were rejected. */
export interface RowCounts {
  readonly rows: number;
  readonly rejected: number;
}

const WINDOW_ROWS = 1000;
const MOST_REJECTED = 0.2;

/** The last thousand rows after a batch. Of what lies further back its share is kept: which of its rows were last is not known. */
export function slide(window: RowCounts, batch: RowCounts): RowCounts {
  if (batch.rows >= WINDOW_ROWS) return { rows: WINDOW_ROWS, rejected: (batch.rejected / batch.rows) * WINDOW_ROWS };
  const kept = Math.min(window.rows, WINDOW_ROWS - batch.rows);
  const share = window.rows === 0 ? 0 : window.rejected / window.rows;
  return { rows: kept + batch.rows, rejected: kept * share + batch.rejected };
}

/** More than a fifth of a thousand: reached by fewer rows, too, but not by a few. */
export function tooManyRejected({ rejected }: RowCounts): boolean {
  return Math.round(rejected) > WINDOW_ROWS * MOST_REJECTED;
}

export function isHealthy({ rows, rejected }: RowCounts): boolean {
  return rows > 0 && rejected <= rows * MOST_REJECTED;
}
