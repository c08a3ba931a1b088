import { type Advance } from '@portage/kafka';
import { type Queries } from '@portage/persistence';
import { type Countable, type Positions } from './positions.js';

export interface AdvanceQueueOptions<O extends Countable | null> {
  readonly positions: Positions;
  readonly topicName: string;
  readonly consumer: () => { commit(advance: Advance<O>): void };
  /** Stored with the positions. */
  readonly also?: (queries: Queries, partition: number, outcomes: readonly O[]) => Promise<void>;
}

/** Moves of settled prefixes on their way into the ledger, in order; Kafka's commits follow. */
export class AdvanceQueue<O extends Countable | null> {
  #waiting: Advance<O>[] = [];

  constructor(private readonly options: AdvanceQueueOptions<O>) {}

  add(advance: Advance<O> | null): void {
    if (advance !== null) this.#waiting.push(advance);
  }

  /** What was settled under a former assignment may still be stored: `Positions` leaves out what others counted. */
  async flush(): Promise<void> {
    const advances = [...this.#waiting];
    if (advances.length === 0) return;
    const { positions, topicName, also, consumer } = this.options;
    await positions.store(topicName, advances, also);
    this.#waiting = this.#waiting.slice(advances.length);
    // Invariant 2: settled, stored, and only then committed.
    const last = new Map(advances.map((advance) => [advance.partition, advance]));
    for (const advance of last.values()) consumer().commit(advance);
  }
}
