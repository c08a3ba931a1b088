import { type BatchConsumer, type TakenBatch } from '@portage/kafka';
import { type Database, type Queries } from '@portage/persistence';
import { type Mark, type Stream, STREAMS } from '@portage/records';
import { type AdvanceQueue } from '../positions/advance-queue.js';

export interface MarksOptions {
  readonly database: Database;
  readonly advances: AdvanceQueue<null>;
  readonly consumer: () => BatchConsumer<'marks', null>;
  readonly topicName: (stream: Stream) => string;
  readonly onQueued: () => void;
}

/** Takes marks into the ledger. One replica reads them; all see what the ledger has. */
export class Marks {
  #queue: TakenBatch<Mark>[] = [];

  constructor(private readonly options: MarksOptions) {}

  take(batch: TakenBatch<Mark>): void {
    this.#queue.push(batch);
    this.options.onQueued();
  }

  revoked(): void {
    this.#queue = [];
  }

  async turn(): Promise<void> {
    const { database, advances, consumer, topicName } = this.options;
    const [batch] = this.#queue;
    if (batch) {
      const marks = batch.records.flatMap((record) =>
        'value' in record && record.value !== null ? [record.value] : [],
      );
      await database.transaction(async (queries) => {
        for (const mark of marks) {
          const stream = STREAMS.find((each) => each === mark.stream);
          if (stream) await storeMark(queries, { ...mark, stream }, topicName(stream));
        }
      });
      if (this.#queue[0] === batch) this.#queue.shift();
      const { generation, partition } = batch;
      const outcomes = batch.records.map(({ offset }) => [offset, null] as const);
      advances.add(consumer().settle({ generation, partition }, outcomes));
    }
    await advances.flush();
  }
}

/** A newer mark has to be reached anew; that an earlier one was reached stays known. */
async function storeMark(queries: Queries, mark: Mark, topic: string): Promise<void> {
  await queries.execute(
    `INSERT INTO ledger.marks AS m (connection_id, stream, run_id, completed_at, end_offsets, topic)
     VALUES ($1, $2, $3, $4, $5::bigint[], $6)
     ON CONFLICT (connection_id, stream) DO UPDATE SET run_id = EXCLUDED.run_id, completed_at = EXCLUDED.completed_at,
       end_offsets = EXCLUDED.end_offsets, topic = EXCLUDED.topic, settled_at = NULL
     WHERE EXCLUDED.completed_at > m.completed_at`,
    [mark.connectionId, mark.stream, mark.runId, mark.completedAt, mark.endOffsets, topic],
  );
}
