import { type Queries } from './database.js';

export interface Lease {
  readonly key: string;
  /** Grows with every change of holder: whoever stores under a lease compares it. */
  readonly fence: number;
}

/**
 * Expiring ownership of a key, one row each in a table `(key text primary key, owner text, fence bigint, expires_at timestamptz)`.
 * Taken, renewed and released in single statements on the database's own clock: no transaction stays open while the work runs.
 */
export class Leases {
  constructor(
    private readonly queries: Queries,
    private readonly table: string,
    private readonly owner: string,
    private readonly ttlSeconds: number,
  ) {}

  /** The lease, or undefined while another owner holds it. Taking one's own live lease again renews it under the same fence. */
  async take(key: string): Promise<Lease | undefined> {
    const rows = await this.queries.query<{ fence: string }>(
      `INSERT INTO ${this.table} AS held (key, owner, fence, expires_at)
       VALUES ($1, $2, 1, now() + $3 * interval '1 second')
       ON CONFLICT (key) DO UPDATE SET
         fence = held.fence + CASE WHEN held.owner = EXCLUDED.owner AND held.expires_at > now() THEN 0 ELSE 1 END,
         owner = EXCLUDED.owner,
         expires_at = EXCLUDED.expires_at
       WHERE held.owner = EXCLUDED.owner OR held.expires_at <= now()
       RETURNING fence`,
      [key, this.owner, this.ttlSeconds],
    );
    return rows[0] && { key, fence: Number(rows[0].fence) };
  }

  /** False when the lease was lost; the holder must stop at once. */
  async renew(lease: Lease): Promise<boolean> {
    const touched = await this.queries.execute(
      `UPDATE ${this.table} SET expires_at = now() + $4 * interval '1 second'
       WHERE key = $1 AND owner = $2 AND fence = $3 AND expires_at > now()`,
      [lease.key, this.owner, lease.fence, this.ttlSeconds],
    );
    return touched === 1;
  }

  async release(lease: Lease): Promise<void> {
    await this.queries.execute(
      `UPDATE ${this.table} SET expires_at = now() WHERE key = $1 AND owner = $2 AND fence = $3`,
      [lease.key, this.owner, lease.fence],
    );
  }
}
