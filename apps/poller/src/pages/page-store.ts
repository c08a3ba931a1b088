import { columns, type Database, type Lease, type Queries } from '@portage/persistence';
import { PortageError } from '@portage/platform';
import { type Topic } from '@portage/records';
import { addFigures } from '../runs/run-store.js';
import { type Figure } from '../runs/run.js';
import { effectStatements } from './effect-statements.js';
import { type Effects, type PendingPage } from './page.js';

export interface PreparedPage extends PendingPage {
  readonly runId: string;
  readonly effects: Effects;
}

/** Where the first record of a partition landed. */
export interface Landed {
  readonly topic: Topic;
  readonly partition: number;
  readonly firstOffset: number;
  /** Cluster and prefix. */
  readonly place: string;
}

/** Pages on their way, one per connection. Every statement here compares the lease's fence: a holder that woke up late writes nothing. */
export class PageStore {
  constructor(
    private readonly database: Database,
    private readonly lease: Lease,
    private readonly connectionId: string,
  ) {}

  /** Before Kafka: the page's effects are written down, but hold for nobody yet. */
  async prepare(page: PreparedPage, calls: readonly Figure[]): Promise<void> {
    await this.#fenced(async (queries) => {
      await insertPage(queries, this.connectionId, page);
      await addFigures(queries, page.runId, calls);
    });
  }

  /** After Kafka acknowledged: the page's effects hold. Invariant 1: this, and only this, moves a cursor. */
  async apply(landed: readonly Landed[] = []): Promise<void> {
    await this.#fenced(async (queries) => {
      await applyPage(queries, this.connectionId);
      await noteLanding(queries, this.connectionId, landed);
    });
  }

  /** For a page that publishes nothing, both at once. */
  async applyAtOnce(page: PreparedPage, calls: readonly Figure[]): Promise<void> {
    await this.#fenced(async (queries) => {
      await addFigures(queries, page.runId, calls);
      await insertPage(queries, this.connectionId, page);
      await applyPage(queries, this.connectionId);
    });
  }

  async pending(): Promise<PendingPage | undefined> {
    const rows = await this.database.query<{ page_id: string; topic: string; observed_at: string }>(
      'SELECT page_id, topic, observed_at FROM sync.pages WHERE connection_id = $1',
      [this.connectionId],
    );
    return rows[0] && { pageId: rows[0].page_id, topic: rows[0].topic, observedAt: Number(rows[0].observed_at) };
  }

  /** The page did not reach Kafka: it is read again from the cursor. */
  async discard(): Promise<void> {
    await this.#fenced(async (queries) => {
      await queries.execute('DELETE FROM sync.pages WHERE connection_id = $1', [this.connectionId]);
    });
  }

  async #fenced(work: (queries: Queries) => Promise<void>): Promise<void> {
    await this.database.transaction(async (queries) => {
      const rows = await queries.query('SELECT FROM sync.leases WHERE key = $1 AND fence = $2 FOR SHARE', [
        this.lease.key,
        this.lease.fence,
      ]);
      if (rows.length === 0) throw leaseLost();
      await work(queries);
    });
  }
}

function leaseLost(): PortageError {
  return new PortageError({
    code: 'poller.lease_lost',
    disposition: 'halt',
    message: 'Another poller has taken this connection over.',
  });
}

/** What lies elsewhere stays noted until a pass has dealt with it. */
async function noteLanding(queries: Queries, connectionId: string, landed: readonly Landed[]): Promise<void> {
  if (landed.length === 0) return;
  await queries.execute(
    `INSERT INTO sync.published_to AS p (connection_id, topic, partition, place, end_offset)
     SELECT $1, e.topic, e.partition, e.place, e.first_offset + 1
     FROM unnest($2::text[], $3::int[], $4::text[], $5::bigint[]) AS e(topic, partition, place, first_offset)
     ON CONFLICT (connection_id, topic, partition) DO UPDATE SET end_offset = GREATEST(p.end_offset, EXCLUDED.end_offset)
     WHERE p.place = EXCLUDED.place`,
    [connectionId, ...columns(landed, ['topic', 'partition', 'place', 'firstOffset'])],
  );
}

async function insertPage(queries: Queries, connectionId: string, page: PreparedPage): Promise<void> {
  await queries.execute(
    `INSERT INTO sync.pages (connection_id, page_id, run_id, topic, observed_at) VALUES ($1, $2, $3, $4, $5)`,
    [connectionId, page.pageId, page.runId, page.topic, page.observedAt],
  );
  const parts = Object.entries(page.effects as Record<string, unknown>)
    .filter(([, items]) => !Array.isArray(items) || items.length > 0)
    .map(([part, items]) => ({ part, items: JSON.stringify(items) }));
  await queries.execute(
    `INSERT INTO sync.page_effects (connection_id, part, items) SELECT $1, * FROM unnest($2::text[], $3::jsonb[])`,
    [connectionId, ...columns(parts, ['part', 'items'])],
  );
}

async function applyPage(queries: Queries, connectionId: string): Promise<void> {
  const rows = await queries.query<{ part: string }>('SELECT part FROM sync.page_effects WHERE connection_id = $1', [
    connectionId,
  ]);
  const parts = new Set(rows.map((row) => row.part));
  for (const { part, sql } of effectStatements) if (parts.has(part)) await queries.execute(sql, [connectionId]);
  await queries.execute('DELETE FROM sync.pages WHERE connection_id = $1', [connectionId]);
}
