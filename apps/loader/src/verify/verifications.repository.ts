import { randomUUID } from 'node:crypto';
import { type Database } from '@portage/persistence';
import { type VerificationRequest } from './context.js';
import { type VerificationReport } from './run.js';

export interface Verification {
  readonly id: string;
  readonly connectionId: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly request: VerificationRequest;
  readonly requestedAt: string;
  readonly finishedAt: string | null;
  /** Why it failed, in words. */
  readonly reason: string | null;
  readonly report: VerificationReport | null;
}

interface Row {
  readonly id: string;
  readonly connection_id: string;
  readonly state: Verification['state'];
  readonly request: VerificationRequest;
  readonly requested_at: Date;
  readonly finished_at: Date | null;
  readonly reason: string | null;
  readonly report: VerificationReport | null;
}

/** Verifications and what they found, kept for whoever has to prove it later. */
export class Verifications {
  constructor(private readonly database: Database) {}

  async request(connectionId: string, request: VerificationRequest): Promise<string> {
    const id = randomUUID();
    await this.database.execute(
      `INSERT INTO ledger.verifications (id, connection_id, state, request) VALUES ($1, $2, 'waiting', $3::jsonb)`,
      [id, connectionId, JSON.stringify(request)],
    );
    return id;
  }

  async find(id: string): Promise<Verification | undefined> {
    const [row] = await this.database.query<Row>(`${SELECT} WHERE id = $1`, [id]);
    return row && verificationOf(row);
  }

  /** Newest first, without their reports. */
  async of(connectionId: string, limit: number): Promise<Verification[]> {
    const rows = await this.database.query<Row>(
      `SELECT id, connection_id, state, request, requested_at, finished_at, reason, NULL AS report FROM ledger.verifications
       WHERE connection_id = $1 ORDER BY requested_at DESC LIMIT $2`,
      [connectionId, limit],
    );
    return rows.map(verificationOf);
  }

  /** Those that wait, and those whose process may have died: whoever gets the lease runs them, from the start. */
  async unfinished(): Promise<Verification[]> {
    const rows = await this.database.query<Row>(
      `${SELECT} WHERE state IN ('waiting', 'running') ORDER BY requested_at`,
    );
    return rows.map(verificationOf);
  }

  async start(id: string): Promise<void> {
    await this.database.execute(`UPDATE ledger.verifications SET state = 'running' WHERE id = $1`, [id]);
  }

  async finish(id: string, end: { readonly report: VerificationReport } | { readonly reason: string }): Promise<void> {
    const report = 'report' in end ? JSON.stringify(end.report) : null;
    const reason = 'reason' in end ? end.reason : null;
    await this.database.execute(
      `UPDATE ledger.verifications SET state = $2, report = $3::jsonb, reason = $4, finished_at = now()
       WHERE id = $1 AND state = 'running'`,
      [id, report === null ? 'failed' : 'done', report, reason],
    );
  }
}

const SELECT = `SELECT id, connection_id, state, request, requested_at, finished_at, reason, report FROM ledger.verifications`;

function verificationOf(row: Row): Verification {
  return {
    id: row.id,
    connectionId: row.connection_id,
    state: row.state,
    request: row.request,
    requestedAt: row.requested_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    reason: row.reason,
    report: row.report,
  };
}
