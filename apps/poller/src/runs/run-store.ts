import { randomUUID } from 'node:crypto';
import { columns, type Queries } from '@portage/persistence';
import { type Figure, type Run, type RunState, type Trigger } from './run.js';

interface RunRow {
  readonly run_id: string;
  readonly connection_id: string;
  readonly trigger: Trigger;
  readonly first: boolean;
  readonly opening: boolean;
  readonly sweep: boolean;
  readonly republish: boolean;
  readonly state: RunState;
  readonly phase: string | null;
  readonly reason: string | null;
  readonly failures: number;
  readonly requested_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

/** A pass is a first one as long as no earlier pass of its connection was completed. */
const selectRun = `
  SELECT r.run_id, r.connection_id, r.trigger, r.sweep, r.republish, r.state, r.phase, r.reason, r.failures,
    r.requested_at, r.started_at, r.finished_at,
    NOT EXISTS (SELECT FROM sync.runs e WHERE e.connection_id = r.connection_id AND e.state = 'done'
      AND e.requested_at < r.requested_at) AS first,
    NOT EXISTS (SELECT FROM sync.runs e WHERE e.connection_id = r.connection_id AND e.state = 'done' AND e.asked
      AND e.requested_at < r.requested_at) AS opening
  FROM sync.runs r`;

export interface RunWishes {
  readonly sweep: boolean;
  readonly republish: boolean;
}

export interface RequestedRun {
  readonly runId: string;
  readonly joined: boolean;
}

/** Passes in PostgreSQL: any replica can ask for one, any can work on it, any can tell about it. */
export class RunStore {
  constructor(private readonly queries: Queries) {}

  async find(runId: string): Promise<Run | undefined> {
    const rows = await this.queries.query<RunRow>(`${selectRun} WHERE r.run_id = $1`, [runId]);
    return rows[0] && runOf(rows[0]);
  }

  async latest(connectionId: string): Promise<Run | undefined> {
    const rows = await this.queries.query<RunRow>(
      `${selectRun} WHERE r.connection_id = $1 ORDER BY r.requested_at DESC LIMIT 1`,
      [connectionId],
    );
    return rows[0] && runOf(rows[0]);
  }

  /** Per connection the oldest open pass, if somebody should work on it now: passes of a connection never overlap. */
  async runnable(connectionIds: readonly string[]): Promise<Run[]> {
    const rows = await this.queries.query<RunRow>(
      `SELECT * FROM (SELECT DISTINCT ON (o.connection_id) o.*
         FROM (${selectRun.replace('r.run_id,', 'r.run_id, r.resume_at,')} WHERE r.connection_id = ANY($1)
           AND r.state IN ('waiting', 'running', 'parked')) o
         ORDER BY o.connection_id, o.requested_at, o.run_id) oldest
       WHERE coalesce(oldest.resume_at, '-infinity') <= now() ORDER BY oldest.requested_at`,
      [connectionIds],
    );
    return rows.map(runOf);
  }

  /** When each connection's last pass was asked for, and whether one is open. */
  async lastRequests(connectionIds: readonly string[]): Promise<Map<string, { requestedAt: number; open: boolean }>> {
    const rows = await this.queries.query<{ connection_id: string; requested_at: Date; open: boolean }>(
      `SELECT connection_id, max(requested_at) AS requested_at, bool_or(state IN ('waiting', 'running', 'parked')) AS open
       FROM sync.runs WHERE connection_id = ANY($1) GROUP BY connection_id`,
      [connectionIds],
    );
    return new Map(rows.map((row) => [row.connection_id, { requestedAt: row.requested_at.getTime(), open: row.open }]));
  }

  /**
   * Opens a pass, or joins one that will still see everything: the first pass until it is done, or one that waits.
   * A later pass that has begun may have read already what changed since, so another one queues behind it.
   */
  async request(connectionId: string, trigger: Trigger, wishes: RunWishes): Promise<RequestedRun> {
    const [first] = await this.queries.query<RunRow>(
      `${selectRun} WHERE r.connection_id = $1 AND r.state IN ('running', 'parked')
         AND NOT EXISTS (SELECT FROM sync.runs e WHERE e.connection_id = $1 AND e.state = 'done')
       ORDER BY r.requested_at LIMIT 1`,
      [connectionId],
    );
    if (first) {
      await this.queries.execute('UPDATE sync.runs SET asked = true WHERE run_id = $1', [first.run_id]);
      return { runId: first.run_id, joined: true };
    }
    const runId = randomUUID();
    const rows = await this.queries.query<{ run_id: string }>(
      `INSERT INTO sync.runs (run_id, connection_id, trigger, sweep, republish, asked, state)
       VALUES ($1, $2, $3, $4, $5, true, 'waiting')
       ON CONFLICT (connection_id) WHERE state = 'waiting' DO UPDATE SET
         asked = true,
         sweep = runs.sweep OR EXCLUDED.sweep,
         republish = runs.republish OR EXCLUDED.republish,
         trigger = CASE WHEN EXCLUDED.trigger = 'request' THEN 'request' ELSE runs.trigger END
       RETURNING run_id`,
      [runId, connectionId, trigger, wishes.sweep, wishes.republish],
    );
    const kept = rows[0]?.run_id ?? runId;
    return { runId: kept, joined: kept !== runId };
  }

  /** Opens a pass that is due since `dueAt` (ms), unless another replica did so, even if that pass is under way or done by now. */
  async openDue(connectionId: string, trigger: Trigger, dueAt: number): Promise<void> {
    await this.queries.execute(
      `INSERT INTO sync.runs (run_id, connection_id, trigger, state)
       SELECT $1, $2, $3, 'waiting' WHERE NOT EXISTS (SELECT FROM sync.runs WHERE connection_id = $2
         AND (state IN ('waiting', 'running', 'parked') OR requested_at >= $4))
       ON CONFLICT (connection_id) WHERE state = 'waiting' DO NOTHING`,
      [randomUUID(), connectionId, trigger, new Date(dueAt)],
    );
  }

  async begin(runId: string): Promise<void> {
    await this.queries.execute(
      `UPDATE sync.runs SET state = 'running', reason = NULL, resume_at = NULL, started_at = coalesce(started_at, now())
       WHERE run_id = $1 AND state IN ('waiting', 'running', 'parked')`,
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
         AND state IN ('waiting', 'running', 'parked')`,
      [runId, state, reason],
    );
  }

  /** Forgets passes of more than a month ago, except the first one: what it published is what the connection began with. */
  async forgetOld(connectionId: string): Promise<void> {
    await this.queries.execute(
      `DELETE FROM sync.runs WHERE connection_id = $1 AND state IN ('done', 'failed')
         AND requested_at < now() - interval '30 days'
         AND run_id <> (SELECT run_id FROM sync.runs WHERE connection_id = $1 AND state = 'done' ORDER BY requested_at LIMIT 1)`,
      [connectionId],
    );
  }

  /** Puts the pass off: `parked` until a quota's reset, or `running` with a pause after a fault. */
  async postpone(runId: string, state: 'parked' | 'running', reason: string, resumeAt: number): Promise<void> {
    await this.queries.execute(
      `UPDATE sync.runs SET state = $2, reason = $3, resume_at = $4, failures = failures + ($2 = 'running')::int
       WHERE run_id = $1 AND state IN ('waiting', 'running', 'parked')`,
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

export async function addFigures(queries: Queries, runId: string, figures: readonly Figure[]): Promise<void> {
  if (figures.length === 0) return;
  await queries.execute(
    `INSERT INTO sync.run_figures (run_id, kind, name, value)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::float8[])
     ON CONFLICT (run_id, kind, name) DO UPDATE SET value = run_figures.value + EXCLUDED.value`,
    [runId, ...columns(figures, ['kind', 'name', 'value'])],
  );
}

function runOf(row: RunRow): Run {
  return {
    runId: row.run_id,
    connectionId: row.connection_id,
    trigger: row.trigger,
    first: row.first,
    opening: row.opening,
    sweep: row.sweep,
    republish: row.republish,
    state: row.state,
    phase: row.phase,
    reason: row.reason,
    failures: row.failures,
    requestedAt: row.requested_at.getTime(),
    startedAt: row.started_at?.getTime() ?? null,
    finishedAt: row.finished_at?.getTime() ?? null,
  };
}
