import { Budget } from '@portage/http';
import { type Queries } from '@portage/persistence';
import { STREAMS, type Stream } from '@portage/records';
import { type Outlook, outlookOf } from '../forecast/outlook.js';
import { type PollerParts } from '../poller-parts.js';
import { type Phase } from '../pass/phase.js';
import { RunStore } from '../runs/run-store.js';
import { reportOf, type Run, type RunReport } from '../runs/run.js';
import { type StreamState, streamsAt } from '../states/stream-state.js';
import { type Connection } from './connection.js';

export interface StreamReport {
  readonly state: StreamState;
  /** Why, in a sentence for people. */
  readonly reason: string | null;
  /** ISO; null: nothing was ever done. */
  readonly since: string | null;
  readonly phase: string | null;
  /** Records written since the connection began. */
  readonly published: number;
  /** Up to when (ISO) the stream was read completely. */
  readonly freshness: string | null;
}

export interface ConnectionState extends Outlook {
  readonly connectionId: string;
  readonly streams: Readonly<Record<Stream, StreamReport>>;
  readonly run: RunReport | null;
  readonly quota: { readonly usedToday: number; readonly perDay: number; readonly parkedUntil: string | null };
}

/** Where each stream of a connection stands, from the database: any replica answers for all. */
export class StreamStatus {
  constructor(private readonly parts: PollerParts) {}

  /** As of one moment: what is still needed and what was done already belong together. */
  async of(connectionId: string): Promise<ConnectionState> {
    const connection = await this.parts.directory.find(connectionId, AbortSignal.timeout(5000)).catch(() => undefined);
    return this.parts.database.transaction(async (queries) => {
      await queries.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      return this.#look(queries, connectionId, connection);
    });
  }

  async #look(queries: Queries, connectionId: string, connection: Connection | undefined): Promise<ConnectionState> {
    const runs = new RunStore(queries);
    const run = (await runs.latest(connectionId)) ?? null;
    const quota = await this.#quota(queries, connection, run);
    const budget = {
      ...quota,
      perSecond: this.parts.environment.CONSTANT_CONTACT_RATE,
      parkedUntil: quota.parkedUntil === null ? null : Date.parse(quota.parkedUntil),
    };
    return {
      connectionId,
      streams: await streamsOf(queries, connectionId, run),
      run: run && reportOf(run, await runs.figures(run)),
      quota,
      ...(await outlookOf(queries, connection, run, budget, this.parts.clock.now())),
    };
  }

  async #quota(
    queries: Queries,
    connection: Connection | undefined,
    run: Run | null,
  ): Promise<ConnectionState['quota']> {
    const perDay = this.parts.environment.CONSTANT_CONTACT_DAILY_CALLS;
    const key = `constant-contact:${connection?.constantContact.clientId ?? ''}`;
    const usedToday = connection ? await new Budget(queries).usedToday(key) : 0;
    const [parked] = run
      ? await queries.query<{ resume_at: Date | null }>(
          `SELECT resume_at FROM sync.runs WHERE run_id = $1 AND state = 'parked'`,
          [run.runId],
        )
      : [];
    return { usedToday, perDay, parkedUntil: parked?.resume_at?.toISOString() ?? null };
  }
}

async function streamsOf(queries: Queries, connectionId: string, run: Run | null): Promise<ConnectionState['streams']> {
  const rows = await queries.query<StreamRow>(
    `SELECT coalesce(s.stream, m.stream) AS stream, s.published, s.fresh_at, m.state, m.reason, m.since
     FROM (SELECT * FROM sync.streams WHERE connection_id = $1) s
       FULL JOIN (SELECT * FROM sync.stream_states WHERE connection_id = $1) m USING (connection_id, stream)`,
    [connectionId],
  );
  const stateOf = (stream: Stream): StreamReport => {
    const row = rows.find((candidate) => candidate.stream === stream);
    return {
      state: row?.state ?? 'idle',
      reason: row?.reason ?? null,
      since: row?.since?.toISOString() ?? null,
      phase: busyWith(run, stream) ? (run?.phase ?? null) : null,
      published: Number(row?.published ?? 0),
      freshness: row?.fresh_at?.toISOString() ?? null,
    };
  };
  return Object.fromEntries(STREAMS.map((stream) => [stream, stateOf(stream)])) as ConnectionState['streams'];
}

interface StreamRow {
  readonly stream: Stream;
  readonly published: string | null;
  readonly fresh_at: Date | null;
  readonly state: StreamState | null;
  readonly reason: string | null;
  readonly since: Date | null;
}

function busyWith(run: Run | null, stream: Stream): boolean {
  return run?.state === 'running' && run.phase !== null && streamsAt(run, run.phase as Phase).reading.includes(stream);
}
