import { type Database, type Lease, type Queries } from '@portage/persistence';
import { type Provider } from '../credentials/credential.js';

export interface OpenExchange {
  readonly id: string;
  /** How often the same refresh token was sent, this time included; above 1, an earlier answer was lost. */
  readonly attempts: number;
}

/**
 * What was sent to the token endpoint, written before it is sent. An entry that is found open tells that the answer was lost with
 * its process: the refresh token may be spent, and the only way to know is to try it once more.
 */
export class Journal {
  constructor(private readonly database: Database) {}

  /** Opens an entry, or takes over the one a lost holder left. Undefined when the lease is not ours any more. */
  async open(lease: Lease, owner: string, provider: Provider, generation: number): Promise<OpenExchange | undefined> {
    const connectionId = connectionOf(lease.key);
    return this.database.transaction(async (queries) => {
      if (!(await isHeld(queries, lease, owner))) return undefined;
      const [entry] = await queries.query<OpenExchange>(
        `INSERT INTO auth.exchanges AS e (connection_id, provider, generation, fence) VALUES ($1, $2, $3, $4)
         ON CONFLICT (connection_id, provider) WHERE ended_at IS NULL DO UPDATE SET
           attempts = CASE WHEN e.generation = EXCLUDED.generation THEN e.attempts + 1 ELSE 1 END,
           generation = EXCLUDED.generation, fence = EXCLUDED.fence, started_at = now()
         RETURNING id, attempts`,
        [connectionId, provider, generation, lease.fence],
      );
      return entry;
    });
  }

  /** Entries whose holder is gone, with when their exchange may be tried again. */
  async orphans(): Promise<{ connectionId: string; provider: Provider; generation: number }[]> {
    return this.database.query(
      `SELECT e.connection_id AS "connectionId", e.provider, e.generation
       FROM auth.exchanges e
       LEFT JOIN auth.credentials k ON k.connection_id = e.connection_id AND k.provider = e.provider
       LEFT JOIN auth.leases l ON l.key = e.provider || ':' || e.connection_id AND l.expires_at > now()
       WHERE e.ended_at IS NULL AND l.key IS NULL AND (k.retry_at IS NULL OR k.retry_at <= now())`,
    );
  }

  /** Forgets ended entries after 90 days; leases of connections that are gone go with them. */
  async forgetOld(): Promise<void> {
    await this.database.execute(`DELETE FROM auth.exchanges WHERE ended_at < now() - interval '90 days'`);
    await this.database.execute(`DELETE FROM auth.leases WHERE expires_at < now() - interval '90 days'`);
  }
}

export type ExchangeOutcome = 'renewed' | 'superseded' | 'refused' | 'not_sent' | 'abandoned';

/** Ends an entry, in the transaction that stores what came of it. */
export async function endExchange(queries: Queries, entry: OpenExchange, outcome: ExchangeOutcome): Promise<void> {
  await queries.execute('UPDATE auth.exchanges SET ended_at = now(), outcome = $2 WHERE id = $1 AND ended_at IS NULL', [
    entry.id,
    outcome,
  ]);
}

/** A new consent, or the end of the connection, settles whatever was open. */
export async function supersedeExchanges(
  queries: Queries,
  connectionId: string,
  provider: Provider,
  outcome: ExchangeOutcome = 'superseded',
): Promise<void> {
  await queries.execute(
    `UPDATE auth.exchanges SET ended_at = now(), outcome = $3
     WHERE connection_id = $1 AND provider = $2 AND ended_at IS NULL`,
    [connectionId, provider, outcome],
  );
}

/** True while the lease is ours and lives; its row stays locked until the transaction ends. */
async function isHeld(queries: Queries, lease: Lease, owner: string): Promise<boolean> {
  const rows = await queries.query(
    'SELECT 1 FROM auth.leases WHERE key = $1 AND owner = $2 AND fence = $3 AND expires_at > now() FOR UPDATE',
    [lease.key, owner, lease.fence],
  );
  return rows.length === 1;
}

/** The lease of one side of a connection; ids have no colon. */
export function leaseKeyOf(connectionId: string, provider: Provider): string {
  return `${provider}:${connectionId}`;
}

function connectionOf(leaseKey: string): string {
  return leaseKey.slice(leaseKey.indexOf(':') + 1);
}
