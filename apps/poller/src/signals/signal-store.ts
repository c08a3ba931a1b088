import { type Queries } from '@portage/persistence';
import { type Signal, type SignalKind } from './signal.js';

export interface NewSignal {
  readonly signalId: string;
  readonly connectionId: string;
  readonly kind: SignalKind;
  readonly asked: object;
  readonly runId: string | null;
  readonly requestedBy: string;
  /** Known at once where nothing has to happen first. */
  readonly result: string | null;
}

/** Signals in PostgreSQL, where any replica gives, carries out and tells of them. */
export class SignalStore {
  constructor(private readonly queries: Queries) {}

  /** Work that goes on under a lease at this moment is what a `stop` or `pause` waits for. */
  async add(signal: NewSignal): Promise<void> {
    const { signalId, connectionId, kind, asked, runId, requestedBy, result } = signal;
    await this.queries.execute(
      `INSERT INTO sync.signals (signal_id, connection_id, kind, asked, run_id, requested_by, result, state, fence)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'accepted',
         (SELECT fence FROM sync.leases WHERE key = $2 AND expires_at > now()))`,
      [signalId, connectionId, kind, JSON.stringify(asked), runId, requestedBy, result],
    );
  }

  async find(signalId: string): Promise<Signal | undefined> {
    const [row] = await this.queries.query<SignalRow>('SELECT * FROM sync.signals WHERE signal_id = $1', [signalId]);
    return row && signalOf(row);
  }

  /** Newest first. */
  async list(connectionId: string, limit: number): Promise<Signal[]> {
    const rows = await this.queries.query<SignalRow>(
      'SELECT * FROM sync.signals WHERE connection_id = $1 ORDER BY requested_at DESC, signal_id LIMIT $2',
      [connectionId, limit],
    );
    return rows.map(signalOf);
  }

  /** Notes what has become of open signals: by their passes, or because the work that was under way has ended. */
  async settle(): Promise<void> {
    await this.queries.execute(
      `UPDATE sync.signals s SET state = r.state, finished_at = r.finished_at,
         result = coalesce(r.reason, f.published || ' records published, ' || f.calls || ' calls made.')
       FROM sync.runs r, LATERAL (
         SELECT coalesce(sum(value) FILTER (WHERE kind = 'published'), 0) AS published,
           coalesce(sum(value) FILTER (WHERE kind = 'calls'), 0) AS calls
         FROM sync.run_figures g WHERE g.run_id = r.run_id) f
       WHERE s.state = 'accepted' AND s.run_id = r.run_id AND r.state IN ('done', 'failed', 'stopped')`,
    );
    await this.queries.execute(
      `UPDATE sync.signals s SET state = 'done', finished_at = now()
       WHERE s.state = 'accepted' AND s.run_id IS NULL AND NOT EXISTS (SELECT FROM sync.leases l
         WHERE l.key = s.connection_id AND l.fence = s.fence AND l.expires_at > now())`,
    );
  }

  async pause(connectionId: string): Promise<void> {
    await this.queries.execute('INSERT INTO sync.pauses (connection_id) VALUES ($1) ON CONFLICT DO NOTHING', [
      connectionId,
    ]);
  }

  async resume(connectionId: string): Promise<boolean> {
    return (await this.queries.execute('DELETE FROM sync.pauses WHERE connection_id = $1', [connectionId])) > 0;
  }

  async paused(): Promise<Set<string>> {
    const rows = await this.queries.query<{ connection_id: string }>('SELECT connection_id FROM sync.pauses');
    return new Set(rows.map((row) => row.connection_id));
  }
}

interface SignalRow {
  readonly signal_id: string;
  readonly connection_id: string;
  readonly kind: SignalKind;
  readonly asked: Signal['asked'];
  readonly run_id: string | null;
  readonly state: Signal['state'];
  readonly result: string | null;
  readonly requested_by: string;
  readonly requested_at: Date;
  readonly finished_at: Date | null;
}

function signalOf(row: SignalRow): Signal {
  return {
    signalId: row.signal_id,
    connectionId: row.connection_id,
    kind: row.kind,
    asked: row.asked,
    runId: row.run_id,
    state: row.state,
    result: row.result,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
