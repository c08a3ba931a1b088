import { type Database } from '@portage/persistence';
import { type Stream } from '@portage/records';
import { type StreamState } from './stream-state.js';

/** A stream's state moved. */
export interface Transition {
  readonly stream: Stream;
  readonly former: StreamState | null;
  readonly state: StreamState;
  readonly reason: string | null;
  readonly runId: string | null;
  readonly at: string;
}

export class TransitionLog {
  constructor(private readonly database: Database) {}

  async of(connectionId: string, stream: Stream | undefined, limit: number): Promise<Transition[]> {
    const rows = await this.database.query<Omit<Transition, 'at'> & { at: Date }>(
      `SELECT stream, former, state, reason, run_id AS "runId", at FROM sync.transitions
       WHERE connection_id = $1 AND ($2::text IS NULL OR stream = $2) ORDER BY id DESC LIMIT $3`,
      [connectionId, stream ?? null, limit],
    );
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  }
}
