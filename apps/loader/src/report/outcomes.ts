import { type Queries } from '@portage/persistence';
import { type Stream, STREAMS } from '@portage/records';

/** The present fate of a connection's records: per distinct key of compacted streams, per record of activities. */
export interface Outcomes {
  readonly delivered: number;
  readonly unchanged: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly rejected: Readonly<Record<string, number>>;
  readonly parked: number;
  readonly deferred: number;
}

export async function readOutcomes(queries: Queries, connectionId: string): Promise<Record<Stream, Outcomes>> {
  const rows = await queries.query<OutcomeRow>(
    `SELECT stream, outcome, reason, count(*) AS n FROM ledger.records WHERE connection_id = $1 GROUP BY stream, outcome, reason
     UNION ALL
     SELECT 'activities', outcome, reason, sum(n) FROM ledger.activity_counts WHERE connection_id = $1 GROUP BY outcome, reason`,
    [connectionId],
  );
  return Object.fromEntries(
    STREAMS.map((stream) => [stream, outcomesOf(rows.filter((row) => row.stream === stream))]),
  ) as Record<Stream, Outcomes>;
}

interface OutcomeRow {
  readonly stream: string;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly n: string;
}

export function outcomesOf(rows: readonly Omit<OutcomeRow, 'stream'>[]): Outcomes {
  const total = (outcome: string | null) =>
    rows.filter((row) => row.outcome === outcome).reduce((sum, row) => sum + Number(row.n), 0);
  const reasons = (outcome: string) =>
    Object.fromEntries(
      rows.filter((row) => row.outcome === outcome).map((row) => [row.reason ?? 'unknown', Number(row.n)]),
    );
  return {
    delivered: total('delivered'),
    unchanged: total('unchanged'),
    skipped: reasons('skipped'),
    rejected: reasons('rejected'),
    parked: total('parked'),
    deferred: total(null),
  };
}

export const noOutcomes: Outcomes = outcomesOf([]);

/** Both together. */
export function summed(a: Outcomes, b: Outcomes): Outcomes {
  return {
    delivered: a.delivered + b.delivered,
    unchanged: a.unchanged + b.unchanged,
    skipped: summedCounts(a.skipped, b.skipped),
    rejected: summedCounts(a.rejected, b.rejected),
    parked: a.parked + b.parked,
    deferred: a.deferred + b.deferred,
  };
}

export function summedCounts<K extends string>(
  a: Readonly<Partial<Record<K, number>>>,
  b: Readonly<Partial<Record<K, number>>>,
): Record<K, number> {
  const sums = { ...a } as Record<K, number>;
  for (const [name, n] of Object.entries(b) as [K, number][]) sums[name] = (sums[name] ?? 0) + n;
  return sums;
}

export function totalOf(outcomes: Outcomes): number {
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((total, n) => total + n, 0);
  const { delivered, unchanged, skipped, rejected, parked, deferred } = outcomes;
  return delivered + unchanged + sum(skipped) + sum(rejected) + parked + deferred;
}
