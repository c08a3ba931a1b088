import { randomUUID } from 'node:crypto';
import { columns, type Database, type Queries } from '@portage/persistence';
import { PortageError } from '@portage/platform';
import { type Stream } from '@portage/records';
import { type Outcomes, outcomesOf } from '../report/outcomes.js';
import { tooManyPeople } from './refusal.js';
import {
  fingerprintOf,
  MOST_PEOPLE,
  type Replay,
  type ReplayPlan,
  type ReplayProgress,
  type ReplayReport,
  type ReplayRequest,
  type ReplayState,
  type StreamProgress,
} from './replay.js';

interface Row {
  readonly id: string;
  readonly request: ReplayRequest;
  readonly state: ReplayState;
  readonly reason: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly plan: ReplayPlan | null;
  readonly progress: ReplayProgress;
  readonly report: ReplayReport | null;
}

/** A record of a compacted stream that a replay has selected. */
export interface SelectedRecord {
  /** As the target knows it. */
  readonly key: string;
  readonly version: number;
  /** Null: it will be told in the ledger. */
  readonly outcome: string | null;
  readonly reason: string | null;
}

/** Replays, their progress and what came of them. */
export class Replays {
  constructor(private readonly database: Database) {}

  async create(request: ReplayRequest): Promise<string> {
    const id = randomUUID();
    await this.database.execute(
      `INSERT INTO ledger.replays (id, connection_id, target_connection_id, request, fingerprint, state)
       VALUES ($1, $2, $3, $4::jsonb, $5, 'created')`,
      [id, request.connectionId, request.targetConnectionId, JSON.stringify(request), fingerprintOf(request)],
    );
    return id;
  }

  async find(id: string): Promise<Replay | undefined> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE id = $1`, [id]);
    return row && replayOf(row);
  }

  /** Names more people of one that was not started yet, each once; false: it is no such replay. */
  async addPeople(id: string, people: readonly string[]): Promise<boolean> {
    return this.database.transaction(async (queries) => {
      const [row] = await queries.query<{ request: ReplayRequest }>(
        `SELECT request FROM ledger.replays WHERE id = $1 AND state = 'created' FOR UPDATE`,
        [id],
      );
      if (!row || row.request.people === null) return false;
      const request = { ...row.request, people: [...new Set([...row.request.people, ...people])] };
      if (request.people.length > MOST_PEOPLE) throw tooManyPeople();
      await queries.execute('UPDATE ledger.replays SET request = $2::jsonb, fingerprint = $3 WHERE id = $1', [
        id,
        JSON.stringify(request),
        fingerprintOf(request),
      ]);
      return true;
    });
  }

  /** Newest first. */
  async list(connectionId: string | null, limit: number): Promise<Replay[]> {
    const rows = await this.database.query<Row>(
      `${SELECT} WHERE $1::text IS NULL OR connection_id = $1 ORDER BY created_at DESC LIMIT $2`,
      [connectionId, limit],
    );
    return rows.map(replayOf);
  }

  /** Ids of those that are to run. */
  async running(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM ledger.replays WHERE state = 'running' ORDER BY started_at`,
    );
    return rows.map(({ id }) => id);
  }

  /** Those that have begun to write what comes from other connections into these. */
  async into(targetConnectionIds: readonly string[]): Promise<Replay[]> {
    const rows = await this.database.query<Row>(
      `${SELECT} WHERE target_connection_id = ANY($1::text[]) AND connection_id <> target_connection_id
         AND request->>'mode' = 'write' AND plan IS NOT NULL ORDER BY created_at`,
      [targetConnectionIds],
    );
    return rows.map(replayOf);
  }

  /** Whether a dry run of the same selection for the same target has been done within a day. */
  async isRehearsed(request: ReplayRequest): Promise<boolean> {
    const [found] = await this.database.query(
      `SELECT 1 FROM ledger.replays WHERE id = $1 AND state = 'done' AND fingerprint = $2 AND request->>'mode' = 'dry'
         AND finished_at > now() - interval '24 hours'`,
      [request.dryRunId, fingerprintOf(request)],
    );
    return found !== undefined;
  }

  /** Changes the state if it still is one of `from`. */
  async change(id: string, from: readonly ReplayState[], to: ReplayState): Promise<boolean> {
    const changed = await this.database.execute(
      `UPDATE ledger.replays SET state = $3, reason = NULL, runner = NULL,
         started_at = CASE WHEN $3 = 'running' THEN COALESCE(started_at, now()) ELSE started_at END,
         finished_at = CASE WHEN $3 = 'cancelled' THEN now() END
       WHERE id = $1 AND state = ANY($2::text[])`,
      [id, from, to],
    );
    return changed === 1;
  }

  /** From now on this runner stores, and no former one. */
  async takeOver(id: string): Promise<HeldReplay | undefined> {
    const runner = randomUUID();
    const [row] = await this.database.query<Row>(
      `UPDATE ledger.replays SET runner = $2 WHERE id = $1 AND state = 'running' RETURNING ${COLUMNS}`,
      [id, runner],
    );
    return row && new HeldReplay(this.database, replayOf(row), runner);
  }

  /** What was selected of the compacted streams, by outcome; without one it is deferred. */
  async outcomes(id: string): Promise<Partial<Record<Stream, Outcomes>>> {
    const rows = await this.database.query<{
      stream: Stream;
      outcome: string | null;
      reason: string | null;
      n: string;
    }>(
      `SELECT stream, outcome, reason, count(*) AS n FROM ledger.replay_records WHERE replay_id = $1
       GROUP BY stream, outcome, reason`,
      [id],
    );
    const streams = [...new Set(rows.map(({ stream }) => stream))];
    return Object.fromEntries(
      streams.map((stream) => [stream, outcomesOf(rows.filter((row) => row.stream === stream))]),
    );
  }

  /** What has come of a replay that was cancelled. */
  async keepReport(id: string, report: ReplayReport): Promise<void> {
    await this.database.transaction(async (queries) => {
      await queries.execute('UPDATE ledger.replays SET report = $2::jsonb WHERE id = $1 AND report IS NULL', [
        id,
        JSON.stringify(report),
      ]);
      await forgetRecords(queries, id);
    });
  }
}

/** A replay as its present runner stores it: whoever was overtaken, paused or cancelled stores nothing any more. */
export class HeldReplay {
  constructor(
    private readonly database: Database,
    readonly replay: Replay,
    private readonly runner: string,
  ) {}

  async isHeld(): Promise<boolean> {
    const [held] = await this.database.query(
      `SELECT 1 FROM ledger.replays WHERE id = $1 AND runner = $2 AND state = 'running'`,
      [this.replay.id, this.runner],
    );
    return held !== undefined;
  }

  async plan(plan: ReplayPlan): Promise<void> {
    await this.#update(this.database, 'plan = $3::jsonb', [JSON.stringify(plan)]);
  }

  /** What it waits for, in words; null: nothing. */
  async waitsFor(reason: string | null): Promise<void> {
    await this.#update(this.database, 'reason = $3', [reason]);
  }

  /** Stores how far a stream is, together with what that counts. */
  async advance(stream: Stream, progress: StreamProgress, selected: readonly SelectedRecord[]): Promise<void> {
    await this.database.transaction(async (queries) => {
      await this.#update(queries, 'progress = progress || jsonb_build_object($3::text, $4::jsonb)', [
        stream,
        JSON.stringify(progress),
      ]);
      if (selected.length === 0) return;
      await queries.execute(
        `INSERT INTO ledger.replay_records (replay_id, stream, key, version, outcome, reason)
         SELECT $1, $2, * FROM unnest($3::text[], $4::bigint[], $5::text[], $6::text[]) ON CONFLICT DO NOTHING`,
        [this.replay.id, stream, ...columns(selected, ['key', 'version', 'outcome', 'reason'])],
      );
    });
  }

  /** Takes over what the ledger tells of the selected records by now. Lists may stay parked for days. */
  async settle(stream: Stream, target: string): Promise<number> {
    await this.database.execute(
      `UPDATE ledger.replay_records m SET outcome = f.outcome, reason = f.reason FROM (
         SELECT o.key,
           CASE WHEN r.key IS NULL OR r.version > o.version THEN 'skipped' ELSE r.outcome END AS outcome,
           CASE WHEN r.key IS NULL THEN 'erased' WHEN r.version > o.version THEN 'superseded' ELSE r.reason END AS reason
         FROM ledger.replay_records o
         LEFT JOIN ledger.records r ON r.target = $3 AND r.stream = o.stream AND r.key = o.key
         WHERE o.replay_id = $1 AND o.stream = $2 AND o.outcome IS NULL AND (r.key IS NULL OR r.version > o.version
           OR (r.outcome IS NOT NULL AND (r.outcome <> 'parked' OR o.stream = 'lists')))) f
       WHERE m.replay_id = $1 AND m.stream = $2 AND m.key = f.key`,
      [this.replay.id, stream, target],
    );
    return this.open(stream);
  }

  /** Selected records whose fate is not told yet. */
  async open(stream: Stream): Promise<number> {
    const [row] = await this.database.query<{ n: string }>(
      'SELECT count(*) AS n FROM ledger.replay_records WHERE replay_id = $1 AND stream = $2 AND outcome IS NULL',
      [this.replay.id, stream],
    );
    return Number(row?.n ?? 0);
  }

  async finish(report: ReplayReport): Promise<void> {
    await this.#end(`state = 'done', reason = NULL, report = $3::jsonb`, [JSON.stringify(report)]);
  }

  async fail(reason: string, report: ReplayReport): Promise<void> {
    await this.#end(`state = 'failed', reason = $3, report = $4::jsonb`, [reason, JSON.stringify(report)]);
  }

  /** The report says it all; rows of single records are not kept. */
  async #end(set: string, values: readonly unknown[]): Promise<void> {
    await this.database.transaction(async (queries) => {
      await this.#update(queries, `${set}, finished_at = now(), runner = NULL`, values);
      await forgetRecords(queries, this.replay.id);
    });
  }

  async #update(queries: Queries, set: string, values: readonly unknown[]): Promise<void> {
    const { id } = this.replay;
    const changed = await queries.execute(
      `UPDATE ledger.replays SET ${set} WHERE id = $1 AND runner = $2 AND state = 'running'`,
      [id, this.runner, ...values],
    );
    if (changed === 0) throw overtaken();
  }
}

async function forgetRecords(queries: Queries, id: string): Promise<void> {
  await queries.execute('DELETE FROM ledger.replay_records WHERE replay_id = $1', [id]);
}

function overtaken(): PortageError {
  return new PortageError({
    code: 'loader.replay_overtaken',
    disposition: 'skip',
    message: 'The replay was paused or cancelled, or another process runs it.',
  });
}

const COLUMNS = 'id, request, state, reason, created_at, started_at, finished_at, plan, progress, report';
const SELECT = `SELECT ${COLUMNS} FROM ledger.replays`;

function replayOf(row: Row): Replay {
  return {
    id: row.id,
    request: row.request,
    state: row.state,
    reason: row.reason,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    plan: row.plan,
    progress: row.progress,
    report: row.report,
  };
}
