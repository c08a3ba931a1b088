import { columns, type Queries } from '@portage/persistence';
import { type Stream, STREAMS } from '@portage/records';
import { type Phase } from '../pass/phase.js';
import { type Run } from '../runs/run.js';
import { readingState, streamsAt, type StreamState } from './stream-state.js';

interface Move {
  readonly connection_id: string;
  readonly stream: Stream;
  readonly state: StreamState;
  /** A sentence for people. */
  readonly reason: string | null;
  readonly run_id: string | null;
}

const reasonOf: Readonly<Record<Run['trigger'], string>> = {
  first: 'The first pass.',
  schedule: 'Scheduled.',
  request: 'Asked for.',
};

/** The state of every stream of every connection in PostgreSQL; each move is kept with its reason and time. */
export class StreamStates {
  constructor(private readonly queries: Queries) {}

  /** The pass enters a phase: its streams are being read, and those with which it is through are not any more. */
  async enter(run: Run, phase: Phase): Promise<void> {
    const { reading, over } = streamsAt(run, phase);
    // What is read of contacts is planned when their phase has begun.
    const known = phase === 'contacts' ? [] : reading;
    await this.move([
      ...movesOf(run, known, readingState(run, phase), reasonOf[run.trigger]),
      ...movesOf(run, over, 'idle', null),
    ]);
  }

  async reading(run: Run, streams: readonly Stream[], state: StreamState): Promise<void> {
    await this.move(movesOf(run, streams, state, reasonOf[run.trigger]));
  }

  /** The pass ended, or is put off, in a phase: what it has not read is in this state. */
  async leave(run: Run, phase: Phase, state: 'idle' | 'parked' | 'failed', reason: string | null): Promise<void> {
    const { reading, ahead, over } = streamsAt(run, phase);
    await this.move([...movesOf(run, [...reading, ...ahead], state, reason), ...movesOf(run, over, 'idle', null)]);
  }

  /** Puts connections on hold (each with the reason), and lets go those that were and are not any more. */
  async hold(held: ReadonlyMap<string, string>, known: readonly string[]): Promise<void> {
    const rows = await this.queries.query<{ connection_id: string; streams: number }>(
      `SELECT connection_id, count(*)::int AS streams FROM sync.stream_states
       WHERE state = 'paused' AND connection_id = ANY($1) GROUP BY connection_id`,
      [known],
    );
    const paused = new Map(rows.map((row) => [row.connection_id, row.streams]));
    const moves = known.flatMap((id) => {
      const reason = held.get(id);
      if (reason !== undefined && paused.get(id) !== STREAMS.length) return allStreams(id, 'paused', reason);
      return reason === undefined && paused.has(id) ? allStreams(id, 'idle', 'Resumed.') : [];
    });
    await this.move(moves);
  }

  /** In one statement; a state that is what it was leaves no trace. */
  async move(moves: readonly Move[]): Promise<void> {
    if (moves.length === 0) return;
    await this.queries.execute(
      `WITH moved AS (
         INSERT INTO sync.stream_states AS s (connection_id, stream, state, reason, run_id)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
         ON CONFLICT (connection_id, stream) DO UPDATE SET
           state = EXCLUDED.state, reason = EXCLUDED.reason, run_id = EXCLUDED.run_id, since = now()
         WHERE (s.state, s.reason) IS DISTINCT FROM (EXCLUDED.state, EXCLUDED.reason)
         RETURNING connection_id, stream, state, reason, run_id)
       INSERT INTO sync.transitions (connection_id, stream, former, state, reason, run_id)
       SELECT m.connection_id, m.stream, o.state, m.state, m.reason, m.run_id
       FROM moved m LEFT JOIN sync.stream_states o USING (connection_id, stream)`,
      columns(moves, ['connection_id', 'stream', 'state', 'reason', 'run_id']),
    );
  }
}

function movesOf(run: Run, streams: readonly Stream[], state: StreamState, reason: string | null): Move[] {
  const { connectionId, runId } = run;
  return streams.map((stream) => ({ connection_id: connectionId, stream, state, reason, run_id: runId }));
}

function allStreams(connectionId: string, state: StreamState, reason: string): Move[] {
  return STREAMS.map((stream) => ({ connection_id: connectionId, stream, state, reason, run_id: null }));
}
