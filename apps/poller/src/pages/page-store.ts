import { type Database, type Lease, type Queries } from '@portage/persistence';
import { PortageError } from '@portage/platform';
import { addFigures } from '../runs/run-store.js';
import { type Figure } from '../runs/run.js';
import { effectStatements } from './effect-statements.js';
import { type Effects, type PendingPage } from './page.js';

export interface PreparedPage extends PendingPage {
  readonly runId: string;
  readonly effects: Effects;
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
  async apply(): Promise<void> {
    await this.#fenced(async (queries) => {
      for (const statement of effectStatements) await queries.execute(statement, [this.connectionId]);
      await queries.execute('DELETE FROM sync.pages WHERE connection_id = $1', [this.connectionId]);
    });
  }

  /** For a page that publishes nothing, both at once. */
  async applyAtOnce(page: PreparedPage, calls: readonly Figure[]): Promise<void> {
    await this.#fenced(async (queries) => {
      await addFigures(queries, page.runId, calls);
      await insertPage(queries, this.connectionId, page);
      for (const statement of effectStatements) await queries.execute(statement, [this.connectionId]);
      await queries.execute('DELETE FROM sync.pages WHERE connection_id = $1', [this.connectionId]);
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

export function leaseLost(): PortageError {
  return new PortageError({
    code: 'poller.lease_lost',
    disposition: 'halt',
    message: 'Another poller has taken this connection over.',
  });
}

async function insertPage(queries: Queries, connectionId: string, page: PreparedPage): Promise<void> {
  await queries.execute(
    `INSERT INTO sync.pages (connection_id, page_id, run_id, topic, observed_at, effects) VALUES ($1, $2, $3, $4, $5, $6)`,
    [connectionId, page.pageId, page.runId, page.topic, page.observedAt, JSON.stringify(page.effects)],
  );
}
