import { type Queries } from '@portage/persistence';

/** A stream of a Klaviyo account that is parked because too many of its rows were rejected. */
export interface ParkedStream {
  readonly stream: string;
  readonly since: string;
  /** Of the last thousand rows at most. */
  readonly rows: number;
  readonly rejected: number;
  readonly code: string | null;
  /** When a few rows are tried again. */
  readonly nextTryAt: string;
}

export async function readParkedStreams(queries: Queries, target: string): Promise<ParkedStream[]> {
  const rows = await queries.query<{
    stream: string;
    opened_at: Date;
    rows: number;
    rejected: number;
    code: string | null;
    probe_at: Date;
  }>(
    `SELECT stream, opened_at, rows, rejected, code, probe_at FROM ledger.breakers
     WHERE target = $1 AND opened_at IS NOT NULL ORDER BY stream`,
    [target],
  );
  return rows.map((row) => ({
    stream: row.stream,
    since: row.opened_at.toISOString(),
    rows: Math.round(row.rows),
    rejected: Math.round(row.rejected),
    code: row.code,
    nextTryAt: row.probe_at.toISOString(),
  }));
}
