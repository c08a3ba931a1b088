import { type Advance, type Offsets } from '@portage/kafka';
import { columns, type Database, type Queries } from '@portage/persistence';
import { transact } from '../transact.js';

/** An outcome that is counted when the settled prefix passes its record. */
export interface Countable {
  readonly offset: number;
}

/** Where each partition of a topic is settled. Kafka's commits follow these positions, and reading starts from them. */
export class Positions {
  constructor(private readonly database: Database) {}

  async read(topic: string, partitions: readonly number[]): Promise<Offsets> {
    const rows = await this.database.query<{ partition: number; position: string }>(
      'SELECT partition, position FROM ledger.positions WHERE topic = $1 AND partition = ANY($2::int[])',
      [topic, partitions],
    );
    return new Map(rows.map(({ partition, position }) => [partition, Number(position)]));
  }

  /**
   * Stores how far prefixes have moved, together with whatever `also` does with the outcomes that this counts.
   *
   * Invariant 2: the position and the outcomes become durable in one transaction. After a rebalance two members may store for
   * one partition; an outcome below the stored position was counted by the other and is left out.
   */
  async store<O extends Countable | null>(
    topic: string,
    advances: readonly Advance<O>[],
    also?: (queries: Queries, partition: number, outcomes: readonly O[]) => Promise<void>,
  ): Promise<void> {
    const sorted = [...advances].sort((a, b) => a.partition - b.partition || a.from - b.from);
    await transact(this.database, async (queries) => {
      const stored = new Map<number, number>();
      for (const { partition } of sorted) {
        if (!stored.has(partition)) stored.set(partition, await lockPosition(queries, topic, partition));
      }
      const positions = new Map(stored);
      const counted = new Map<number, O[]>();
      for (const { partition, position, outcomes } of sorted) {
        const before = positions.get(partition) ?? 0;
        const news = outcomes.filter((outcome) => outcome === null || outcome.offset >= before);
        counted.set(partition, [...(counted.get(partition) ?? []), ...news]);
        stored.set(partition, Math.max(stored.get(partition) ?? 0, position));
      }
      for (const [partition, outcomes] of counted) {
        if (also && outcomes.length > 0) await also(queries, partition, outcomes);
      }
      const rows = [...stored].map(([partition, position]) => ({ partition, position }));
      await queries.execute(
        `UPDATE ledger.positions p SET position = r.position, taken = GREATEST(p.taken, r.position), settled_at = now()
         FROM unnest($2::int[], $3::bigint[]) AS r (partition, position) WHERE p.topic = $1 AND p.partition = r.partition`,
        [topic, ...columns(rows, ['partition', 'position'])],
      );
    });
  }

  /** How far records are in the ledger, with or without an outcome. */
  async storeTaken(topic: string, taken: Offsets): Promise<void> {
    const rows = [...taken]
      .map(([partition, reached]) => ({ partition, reached }))
      .sort((a, b) => a.partition - b.partition);
    await this.database.execute(
      `INSERT INTO ledger.positions AS p (topic, partition, position, taken)
       SELECT $1, partition, 0, taken FROM unnest($2::int[], $3::bigint[]) AS r (partition, taken)
       ON CONFLICT (topic, partition) DO UPDATE SET taken = GREATEST(p.taken, EXCLUDED.taken)`,
      [topic, ...columns(rows, ['partition', 'reached'])],
    );
  }
}

async function lockPosition(queries: Queries, topic: string, partition: number): Promise<number> {
  await queries.execute(
    'INSERT INTO ledger.positions (topic, partition, position, taken) VALUES ($1, $2, 0, 0) ON CONFLICT DO NOTHING',
    [topic, partition],
  );
  const [row] = await queries.query<{ position: string }>(
    'SELECT position FROM ledger.positions WHERE topic = $1 AND partition = $2 FOR UPDATE',
    [topic, partition],
  );
  return Number(row?.position ?? 0);
}
