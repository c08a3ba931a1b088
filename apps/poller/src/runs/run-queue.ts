import { randomUUID } from 'node:crypto';
import { type Queries } from '@portage/persistence';
import { type History } from './due.js';
import { OPEN, patient, runOf, type RunRow, selectRun } from './run-row.js';
import { isPart, type Run, type Scope, type Trigger } from './run.js';

export interface RunWishes {
  readonly scope?: Scope;
  readonly snapshot?: boolean;
  readonly sweep?: boolean;
  readonly republish?: boolean;
}

export interface RequestedRun {
  readonly runId: string;
  readonly joined: boolean;
}

/** Which passes are to be made: any replica can ask for one, any finds what is to be worked on. */
export class RunQueue {
  constructor(private readonly queries: Queries) {}

  /**
   * Per connection the pass to work on now, if there is one: passes of a connection never overlap. The oldest open one goes
   * first, but those that have come to their patient phases only when no other is open.
   */
  async runnable(connectionIds: readonly string[]): Promise<Run[]> {
    const rows = await this.queries.query<RunRow>(
      `SELECT * FROM (SELECT DISTINCT ON (o.connection_id) o.*
         FROM (${selectRun.replace('r.run_id,', 'r.run_id, r.resume_at,')} WHERE r.connection_id = ANY($1)
           AND r.state IN ${OPEN}) o
         ORDER BY o.connection_id, ${patient('o')}, o.requested_at, o.run_id) foremost
       WHERE coalesce(foremost.resume_at, '-infinity') <= now() ORDER BY foremost.requested_at`,
      [connectionIds],
    );
    return rows.map(runOf);
  }

  /** What each connection's passes have come to. Connections without any are absent. */
  async histories(connectionIds: readonly string[]): Promise<Map<string, History>> {
    const rows = await this.queries.query<HistoryRow>(
      `SELECT r.connection_id, max(r.requested_at) AS requested_at,
         bool_or(r.state IN ${OPEN} AND NOT ${patient('r')}) AS busy,
         bool_or(r.state = 'done' OR ${patient('r')}) AS succeeded,
         count(*) FILTER (WHERE r.state = 'failed' AND NOT EXISTS (SELECT FROM sync.runs e
           WHERE e.connection_id = r.connection_id AND e.state <> 'failed' AND e.requested_at > r.requested_at))::int AS failures,
         max(r.finished_at) AS ended_at
       FROM sync.runs r WHERE r.connection_id = ANY($1) AND r.scope = '{}' GROUP BY r.connection_id`,
      [connectionIds],
    );
    return new Map(rows.map((row) => [row.connection_id, historyOf(row)]));
  }

  /**
   * Opens a pass, or joins one that will still see everything: the first pass until it is done, or one that waits.
   * A later pass that has begun may have read already what changed since, so another one queues behind it. Within a transaction:
   * a first pass that began between two of these statements would get another one behind it.
   */
  async request(connectionId: string, trigger: Trigger, wishes: RunWishes = {}): Promise<RequestedRun> {
    const { scope = {}, snapshot = false, sweep = false, republish = false } = wishes;
    await this.queries.query(
      `SELECT FROM sync.runs WHERE connection_id = $1 AND scope = '{}' AND state = 'waiting' FOR UPDATE`,
      [connectionId],
    );
    const first = isPart({ scope }) || republish ? undefined : await this.#firstUnderWay(connectionId);
    if (first) {
      await this.queries.execute('UPDATE sync.runs SET asked = true WHERE run_id = $1', [first.run_id]);
      return { runId: first.run_id, joined: true };
    }
    const runId = randomUUID();
    const rows = await this.queries.query<{ run_id: string }>(
      `INSERT INTO sync.runs (run_id, connection_id, trigger, scope, snapshot, sweep, republish, asked, state)
       VALUES ($1, $2, $3, $4, $5, $6, $7, true, 'waiting')
       ON CONFLICT (connection_id, scope) WHERE state = 'waiting' DO UPDATE SET
         asked = true,
         snapshot = runs.snapshot OR EXCLUDED.snapshot,
         sweep = runs.sweep OR EXCLUDED.sweep,
         republish = runs.republish OR EXCLUDED.republish,
         trigger = CASE WHEN EXCLUDED.trigger = 'request' THEN 'request' ELSE runs.trigger END
       RETURNING run_id`,
      [runId, connectionId, trigger, JSON.stringify(scope), snapshot, sweep, republish],
    );
    const kept = rows[0]?.run_id ?? runId;
    return { runId: kept, joined: kept !== runId };
  }

  /** Ends every open pass of a connection; whoever works on one gives it up at the next page. */
  async stop(connectionId: string, reason: string): Promise<Run[]> {
    const rows = await this.queries.query<{ run_id: string }>(
      `UPDATE sync.runs SET state = 'stopped', reason = $2, finished_at = now(), progress = '{}'
       WHERE connection_id = $1 AND state IN ${OPEN} RETURNING run_id`,
      [connectionId, reason],
    );
    const stopped = await this.queries.query<RunRow>(`${selectRun} WHERE r.run_id = ANY($1)`, [
      rows.map((row) => row.run_id),
    ]);
    return stopped.map(runOf);
  }

  /** Of these passes, those that are not open any more. */
  async closed(runIds: readonly string[]): Promise<Set<string>> {
    if (runIds.length === 0) return new Set();
    const rows = await this.queries.query<{ run_id: string }>(
      `SELECT run_id FROM sync.runs WHERE run_id = ANY($1) AND state NOT IN ${OPEN}`,
      [runIds],
    );
    return new Set(rows.map((row) => row.run_id));
  }

  /** Opens a pass that is due since `dueAt` (ms), unless another replica did so, even if that pass is under way or done by now. */
  async openDue(connectionId: string, trigger: Trigger, dueAt: number): Promise<void> {
    await this.queries.execute(
      `INSERT INTO sync.runs (run_id, connection_id, trigger, state)
       SELECT $1, $2, $3, 'waiting' WHERE NOT EXISTS (SELECT FROM sync.runs r WHERE r.connection_id = $2 AND r.scope = '{}'
         AND ((r.state IN ${OPEN} AND NOT ${patient('r')}) OR r.requested_at >= $4))
       ON CONFLICT (connection_id, scope) WHERE state = 'waiting' DO NOTHING`,
      [randomUUID(), connectionId, trigger, new Date(dueAt)],
    );
  }

  async #firstUnderWay(connectionId: string): Promise<RunRow | undefined> {
    const [first] = await this.queries.query<RunRow>(
      `${selectRun} WHERE r.connection_id = $1 AND r.scope = '{}' AND r.state IN ('running', 'parked')
         AND NOT (r.state = 'parked' AND ${patient('r')})
         AND NOT EXISTS (SELECT FROM sync.runs e
           WHERE e.connection_id = $1 AND e.scope = '{}' AND e.state = 'done')
       ORDER BY r.requested_at LIMIT 1`,
      [connectionId],
    );
    return first;
  }
}

interface HistoryRow {
  readonly connection_id: string;
  readonly requested_at: Date;
  readonly busy: boolean;
  readonly succeeded: boolean;
  readonly failures: number;
  readonly ended_at: Date | null;
}

function historyOf(row: HistoryRow): History {
  return {
    requestedAt: row.requested_at.getTime(),
    busy: row.busy,
    succeeded: row.succeeded,
    failures: row.failures,
    endedAt: row.ended_at?.getTime() ?? null,
  };
}
