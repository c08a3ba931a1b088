import { type Database, type Queries } from '@portage/persistence';
import { type LetterFate, type LetterPlace, type LetterState } from './letter.js';

/** What was decided about dead letters, in the ledger. The first decision stands. */
export class Fates {
  constructor(
    private readonly database: Database,
    /** Full name. */
    private readonly topic: string,
  ) {}

  /** By offset; letters that are open are not in it. */
  async between(partition: number, from: number, to: number): Promise<ReadonlyMap<number, LetterFate>> {
    const rows = await this.database.query<{
      kafka_offset: string;
      state: LetterState;
      reason: string;
      changed_at: Date;
    }>(
      `SELECT kafka_offset, state, reason, changed_at FROM ledger.dead_letters
       WHERE topic = $1 AND partition = $2 AND kafka_offset >= $3 AND kafka_offset < $4`,
      [this.topic, partition, from, to],
    );
    return new Map(
      rows.map(({ kafka_offset: offset, state, reason, changed_at: changedAt }) => [
        Number(offset),
        { state, reason, changedAt: changedAt.toISOString() },
      ]),
    );
  }

  /** True when this was the first decision. Of two, the second changes nothing. */
  async decide(
    { partition, offset }: LetterPlace,
    state: Exclude<LetterState, 'open'>,
    reason: string,
    queries: Queries = this.database,
  ): Promise<boolean> {
    const stored = await queries.execute(
      `INSERT INTO ledger.dead_letters (topic, partition, kafka_offset, state, reason) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING`,
      [this.topic, partition, offset, state, reason],
    );
    return stored === 1;
  }
}
