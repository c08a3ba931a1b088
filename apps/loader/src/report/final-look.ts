import { type Queries } from '@portage/persistence';

/** The look at every opt-out with which an initial migration ends. */
export interface FinalLookReport {
  readonly state: 'waiting' | 'running' | 'done';
  /** Opt-outs read back so far. */
  readonly optOuts: number;
  /** Those that did not hold and were written anew. */
  readonly sentAgain: number;
  readonly finishedAt: string | null;
}

export async function readFinalLook(queries: Queries, connectionId: string): Promise<FinalLookReport> {
  const [row] = await queries.query<{ looked: number; lost: number; finished_at: Date | null }>(
    `SELECT looked, lost, finished_at FROM ledger.final_looks WHERE connection_id = $1 ORDER BY started_at DESC LIMIT 1`,
    [connectionId],
  );
  if (!row) return { state: 'waiting', optOuts: 0, sentAgain: 0, finishedAt: null };
  return {
    state: row.finished_at === null ? 'running' : 'done',
    optOuts: row.looked,
    sentAgain: row.lost,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
