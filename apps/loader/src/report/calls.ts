import { columns, type Database } from '@portage/persistence';

/** Calls to Klaviyo, counted by connection and endpoint; written every few seconds, so a kill loses the last of them. */
export class Calls {
  #counts = new Map<string, { connectionId: string; endpoint: string; n: number }>();

  constructor(private readonly database: Database) {}

  count(connectionId: string, endpoint: string, calls: number): void {
    const key = `${connectionId} ${endpoint}`;
    const known = this.#counts.get(key);
    if (known) known.n += calls;
    else this.#counts.set(key, { connectionId, endpoint, n: calls });
  }

  async flush(): Promise<void> {
    if (this.#counts.size === 0) return;
    const rows = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    this.#counts = new Map();
    await this.database.execute(
      `INSERT INTO ledger.calls AS c (connection_id, endpoint, n) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
       ON CONFLICT (connection_id, endpoint) DO UPDATE SET n = c.n + EXCLUDED.n`,
      columns(rows, ['connectionId', 'endpoint', 'n']),
    );
  }

  async of(connectionId: string): Promise<Record<string, number>> {
    await this.flush();
    const rows = await this.database.query<{ endpoint: string; n: string }>(
      'SELECT endpoint, n FROM ledger.calls WHERE connection_id = $1 ORDER BY endpoint',
      [connectionId],
    );
    return Object.fromEntries(rows.map(({ endpoint, n }) => [endpoint, Number(n)]));
  }
}
