import { columns, type Database, type Lease, type Queries } from '@portage/persistence';
import { PortageError, within } from '@portage/platform';
import { type Topic } from '@portage/records';
import { type Figure } from '../runs/run.js';
import { effectStatements } from './effect-statements.js';
import { type Effects, type PendingPage } from './page.js';
import { type RecordState } from './record-state.js';

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
    /** A commit of Kafka's takes milliseconds. */
    private readonly patienceMs = 3_000,
  ) {}

  /** Before Kafka: the page's effects are written down, but hold for nobody yet. */
  async prepare(page: PreparedPage, calls: readonly Figure[]): Promise<void> {
    await this.#write(this.database, page, calls);
  }

  /** After Kafka acknowledged: the page's effects hold. Invariant 1: this, and only this, moves a cursor. */
  async apply(states: readonly RecordState[], landed: readonly Landed[] = []): Promise<void> {
    await this.database.transaction(async (queries) => {
      await keepStates(queries, this.connectionId, states);
      await this.#applyRest(queries, landed);
    });
  }

  /**
   * The same for a page on its way: most of the work is done while Kafka takes it, in a transaction that ends only after Kafka has
   * acknowledged, and with nothing done when it has not. A Kafka that takes long keeps no connection and no lock waiting.
   */
  async applyMeanwhile(states: readonly RecordState[], sent: Promise<readonly Landed[]>): Promise<void> {
    const ahead = this.database.transaction(async (queries) => {
      await keepStates(queries, this.connectionId, states);
      await this.#applyRest(queries, await within(sent, { ms: this.patienceMs, late: () => new TooLate() }));
    });
    const late = await ahead.then(() => false, isTooLate);
    if (late) await this.apply(states, await sent);
  }

  /** For a page that publishes nothing, both at once. */
  async applyAtOnce(page: PreparedPage, calls: readonly Figure[]): Promise<void> {
    await this.database.transaction(async (queries) => {
      await this.#write(queries, page, calls);
      await applyPage(queries, this.connectionId, Object.keys(partsOf(page.effects)));
    });
  }

  async pending(): Promise<PendingPage | undefined> {
    const [row] = await this.database.query<{ page_id: string; topic: string; records: number; observed_at: string }>(
      'SELECT page_id, topic, records, observed_at FROM sync.pages WHERE connection_id = $1',
      [this.connectionId],
    );
    if (!row) return undefined;
    const { page_id: pageId, topic, records, observed_at: observedAt } = row;
    return { pageId, topic, records, observedAt: Number(observedAt) };
  }

  /** The page did not reach Kafka: it is read again from the cursor. */
  async discard(): Promise<void> {
    await this.database.transaction(async (queries) => {
      await this.#fenced(queries);
      await queries.execute('DELETE FROM sync.pages WHERE connection_id = $1', [this.connectionId]);
    });
  }

  /** One statement, because each page waits for it: nothing is written unless the lease is still held. */
  async #write(queries: Queries, page: PreparedPage, calls: readonly Figure[]): Promise<void> {
    const { pageId, runId, topic, records, observedAt } = page;
    const parts = Object.entries(partsOf(page.effects));
    // Each part is a parameter of its own: as items of one array they would be quoted and copied once more.
    const rows = parts.map((_, at) => `($${10 + 2 * at}::text, $${11 + 2 * at}::jsonb)`);
    const effects = `, effects AS (INSERT INTO sync.page_effects (connection_id, part, items)
         SELECT $3, e.part, e.items FROM held, (VALUES ${rows.join(', ')}) AS e(part, items))`;
    const held = await queries.query(
      `WITH held AS (SELECT FROM sync.leases WHERE key = $1 AND fence = $2 FOR SHARE),
         page AS (INSERT INTO sync.pages (connection_id, page_id, run_id, topic, records, observed_at)
           SELECT $3, $4, $5, $6, $7, $8 FROM held),
         figures AS (INSERT INTO sync.run_figures (run_id, kind, name, value)
           SELECT $5, e.* FROM held, jsonb_to_recordset($9) AS e(kind text, name text, value float8)
           ON CONFLICT (run_id, kind, name) DO UPDATE SET value = run_figures.value + EXCLUDED.value)
         ${rows.length === 0 ? '' : effects}
       SELECT FROM held`,
      [
        ...[this.lease.key, this.lease.fence, this.connectionId, pageId, runId, topic, records, observedAt],
        ...[JSON.stringify(calls), ...parts.flat()],
      ],
    );
    if (held.length === 0) throw leaseLost();
  }

  async #applyRest(queries: Queries, landed: readonly Landed[]): Promise<void> {
    const parts = await this.#fenced(queries);
    await applyPage(queries, this.connectionId, parts);
    await noteLanding(queries, this.connectionId, landed);
  }

  /** @returns the names of the pending page's parts */
  async #fenced(queries: Queries): Promise<readonly string[]> {
    const [held] = await queries.query<{ parts: string[] }>(
      `SELECT ARRAY(SELECT part FROM sync.page_effects WHERE connection_id = $3) AS parts
       FROM sync.leases WHERE key = $1 AND fence = $2 FOR SHARE`,
      [this.lease.key, this.lease.fence, this.connectionId],
    );
    if (!held) throw leaseLost();
    return held.parts;
  }
}

class TooLate extends Error {}

function isTooLate(error: unknown): true {
  if (error instanceof TooLate) return true;
  throw error;
}

function leaseLost(): PortageError {
  return new PortageError({
    code: 'poller.lease_lost',
    disposition: 'halt',
    message: 'Another poller has taken this connection over.',
  });
}

/** Of what run they are, the page says. Values are one parameter: as items of an array they would be quoted and copied once more. */
async function keepStates(queries: Queries, connectionId: string, states: readonly RecordState[]): Promise<void> {
  if (states.length === 0) return;
  await queries.execute(
    `INSERT INTO sync.records (connection_id, stream, source_id, hash, version, run_id, value)
     SELECT $1, e.stream, e.source_id, e.hash, e.version, p.run_id, e.value
     FROM sync.pages p, ROWS FROM (unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::bigint[]),
       jsonb_array_elements($6)) AS e(stream, source_id, hash, version, value)
     WHERE p.connection_id = $1
     ON CONFLICT (connection_id, stream, source_id) DO UPDATE SET
       hash = EXCLUDED.hash, version = EXCLUDED.version, run_id = EXCLUDED.run_id, value = EXCLUDED.value`,
    [
      ...[connectionId, ...columns(states, ['stream', 'sourceId', 'hash', 'version'])],
      JSON.stringify(states.map(({ value }) => value)),
    ],
  );
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

/** The parts that say something, as JSON. */
function partsOf(effects: Effects): Record<string, string> {
  const given = Object.entries(effects as Record<string, unknown>);
  const said = given.filter(([, items]) => !Array.isArray(items) || items.length > 0);
  return Object.fromEntries(said.map(([part, items]) => [part, JSON.stringify(items)]));
}

async function applyPage(queries: Queries, connectionId: string, parts: readonly string[]): Promise<void> {
  for (const { part, sql } of effectStatements) if (parts.includes(part)) await queries.execute(sql, [connectionId]);
  await queries.execute('DELETE FROM sync.pages WHERE connection_id = $1', [connectionId]);
}
