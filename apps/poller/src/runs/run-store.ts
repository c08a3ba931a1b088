import { columns, type Queries } from '@portage/persistence';
import { OPEN, runOf, type RunRow, selectRun } from './run-row.js';
import { type Figure, type Run } from './run.js';

/** Passes in PostgreSQL: any replica can work on one, any can tell about it. */
export class RunStore {
  constructor(private readonly queries: Queries) {}

  async find(runId: string): Promise<Run | undefined> {
    const rows = await this.queries.query<RunRow>(`${selectRun} WHERE r.run_id = $1`, [runId]);
    return rows[0] && runOf(rows[0]);
  }

  /** Of the passes over everything. */
  async latest(connectionId: string): Promise<Run | undefined> {
    const rows = await this.queries.query<RunRow>(
      `${selectRun} WHERE r.connection_id = $1 AND r.scope = '{}' ORDER BY r.requested_at DESC LIMIT 1`,
      [connectionId],
    );
    return rows[0] && runOf(rows[0]);
  }

  async begin(runId: string): Promise<void> {
    await this.queries.execute(
      `UPDATE sync.runs SET state = 'running', reason = NULL, resume_at = NULL, started_at = coalesce(started_at, now())
       WHERE run_id = $1 AND state IN ${OPEN}`,
      [runId],
    );
  }

  /** A pass that gets on is not failing any more. */
  async enterPhase(runId: string, phase: string): Promise<void> {
    await this.queries.execute(
      `UPDATE sync.runs SET phase = $2, failures = CASE WHEN phase IS DISTINCT FROM $2 THEN 0 ELSE failures END
       WHERE run_id = $1`,
      [runId, phase],
    );
  }

  async progress(runId: string, phase: string): Promise<unknown> {
    const rows = await this.queries.query<{ progress: unknown }>(
      'SELECT progress -> $2 AS progress FROM sync.runs WHERE run_id = $1',
      [runId, phase],
    );
    return rows[0]?.progress ?? undefined;
  }

  async finish(runId: string, state: 'done' | 'failed', reason: string | null): Promise<void> {
    await this.queries.execute(
      `UPDATE sync.runs SET state = $2, reason = $3, finished_at = now(), progress = '{}' WHERE run_id = $1
         AND state IN ${OPEN}`,
      [runId, state, reason],
    );
  }

  /**
   * Forgets passes, signals and moves of streams of more than a month ago, except the first pass: what it published is what the
   * connection began with.
   */
  async forgetOld(connectionId: string): Promise<void> {
    await this.queries.execute(
      `DELETE FROM sync.runs WHERE connection_id = $1 AND state NOT IN ${OPEN} AND requested_at < now() - interval '30 days'
         AND run_id <> (SELECT run_id FROM sync.runs WHERE connection_id = $1 AND state = 'done' ORDER BY requested_at LIMIT 1)`,
      [connectionId],
    );
    await this.queries.execute(
      `DELETE FROM sync.signals WHERE connection_id = $1 AND state <> 'accepted' AND requested_at < now() - interval '30 days'`,
      [connectionId],
    );
    await this.queries.execute(
      `DELETE FROM sync.transitions WHERE connection_id = $1 AND at < now() - interval '30 days'`,
      [connectionId],
    );
  }

  /** Puts the pass off: `parked` until a quota's reset, or `running` with a pause after a fault. */
  async postpone(runId: string, state: 'parked' | 'running', reason: string, resumeAt: number): Promise<void> {
    await this.queries.execute(
      `UPDATE sync.runs SET state = $2, reason = $3, resume_at = $4, failures = failures + ($2 = 'running')::int
       WHERE run_id = $1 AND state IN ${OPEN}`,
      [runId, state, reason, new Date(resumeAt)],
    );
  }

  /** What the pass did; of an opening one, everything that was done for the connection up to its end. */
  async figures({ runId, connectionId, opening, requestedAt }: Run): Promise<Figure[]> {
    return this.queries.query<Figure>(
      `SELECT f.kind, f.name, sum(f.value) AS value FROM sync.run_figures f JOIN sync.runs r USING (run_id)
       WHERE r.run_id = $1 OR ($2 AND r.connection_id = $3 AND r.requested_at < $4)
       GROUP BY f.kind, f.name ORDER BY f.name`,
      [runId, opening, connectionId, new Date(requestedAt)],
    );
  }

  async add(runId: string, figures: readonly Figure[]): Promise<void> {
    await addFigures(this.queries, runId, figures);
  }
}

async function addFigures(queries: Queries, runId: string, figures: readonly Figure[]): Promise<void> {
  if (figures.length === 0) return;
  await queries.execute(
    `INSERT INTO sync.run_figures (run_id, kind, name, value)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::float8[])
     ON CONFLICT (run_id, kind, name) DO UPDATE SET value = run_figures.value + EXCLUDED.value`,
    [runId, ...columns(figures, ['kind', 'name', 'value'])],
  );
}
