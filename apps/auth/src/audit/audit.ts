import { type Queries } from '@portage/persistence';

/** Who did it: a bearer of a token, the owner in a browser, or auth by itself. */
export interface Actor {
  readonly kind: 'admin' | 'service' | 'owner' | 'auth';
  /** Network address of the request; null for what auth does by itself. */
  readonly address: string | null;
}

export const self: Actor = { kind: 'auth', address: null };

export interface AuditEntry {
  readonly actor: Actor;
  readonly action:
    | 'connection.created'
    | 'connection.changed'
    | 'connection.paused'
    | 'connection.resumed'
    | 'connection.disconnected'
    | 'connection.deleted'
    | 'consent.requested'
    | 'consent.completed'
    | 'token.exchanged'
    | 'credential.rejected'
    | 'keys.rotated'
    | 'session.opened';
  /** Null for what concerns no single connection. */
  readonly connectionId: string | null;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  /** Safe facts only: no secret, no personal data. */
  readonly details?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** Appends to the audit, in the transaction of what it tells about. */
export async function record(queries: Queries, entry: AuditEntry): Promise<void> {
  await queries.execute(
    `INSERT INTO auth.audit (actor, address, action, connection_id, outcome, details) VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      entry.actor.kind,
      entry.actor.address,
      entry.action,
      entry.connectionId,
      entry.outcome,
      JSON.stringify(entry.details ?? {}),
    ],
  );
}
