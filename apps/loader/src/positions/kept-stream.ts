import { type BatchConsumer, type TakenBatch } from '@portage/kafka';
import { type Database } from '@portage/persistence';
import { sleep } from '@portage/platform';
import { type Values } from '@portage/records';
import { type KeptStream, type LoadContext, loadBatch, type Loaded, type PartitionRecords } from '../load-batch.js';
import { recordsTaken, windowRecords } from '../metrics.js';
import { slices } from '../parallel.js';
import { type AdvanceQueue } from './advance-queue.js';
import { isTold, readFates } from './fates.js';
import { type Obstacles, parkAfterMs, parkWaiting } from './parking.js';
import { type Positions } from './positions.js';

export interface KeptStreamOptions<S extends KeptStream> {
  readonly stream: S;
  /** Full name. */
  readonly topicName: string;
  readonly database: Database;
  readonly load: LoadContext;
  readonly obstacles: Obstacles;
  readonly positions: Positions;
  readonly advances: AdvanceQueue<null>;
  readonly consumer: () => BatchConsumer<S, null>;
  readonly windowRows: number;
  readonly onQueued: () => void;
}

interface Waiting extends Loaded {
  readonly takenAt: number;
}

/**
 * The window of one compacted stream: batches that were taken, records that are in the ledger and wait for their fate to be
 * told there, and what was told and moves the settled prefix.
 */
export class KeptStreamWindow<S extends KeptStream> {
  #queue: TakenBatch<Values[S]>[] = [];
  #waiting = new Map<number, Waiting[]>();
  #taken = new Map<number, number>();
  /** How many of a partition's oldest records are asked for next. */
  #looksAt = new Map<number, number>();
  #lookedDeepAt = 0;

  constructor(private readonly options: KeptStreamOptions<S>) {}

  /**
   * Takes over a batch; the work is done by `intakeTurn`. Where that is far behind the next batch has to wait, because records are
   * large until they are in the ledger; a moment only, because the group must hear of its member.
   */
  async take(batch: TakenBatch<Values[S]>): Promise<void> {
    recordsTaken.labels(this.options.stream).inc(batch.records.length);
    this.#queue.push(batch);
    this.options.onQueued();
    for (let waited = 0; waited < MOST_WAIT_MS && this.#queued > MOST_QUEUED; waited += LOOK_MS) await sleep(LOOK_MS);
  }

  get #queued(): number {
    return this.#queue.reduce((rows, { records }) => rows + records.length, 0);
  }

  /** The assignment is over: everything will be taken again, here or elsewhere, and joins what is under way. */
  revoked(): void {
    this.#queue = [];
    this.#waiting.clear();
    this.#taken.clear();
    this.#looksAt.clear();
  }

  /** Takes queued batches into the ledger, several at once: one transaction costs much the same however many rows it has. */
  async intakeTurn(): Promise<'again' | 'rest'> {
    const batches = this.#nextBatches();
    if (batches.length === 0) return 'rest';
    const records = batches.map(({ partition, records }): PartitionRecords<S> => ({ partition, records }));
    const loaded = await loadBatch(this.options.load, this.options.stream, records);
    if (this.#queue[0] !== batches[0]) return 'again';
    this.#queue.splice(0, batches.length);
    const takenAt = Date.now();
    for (const each of loaded) {
      const waiting = this.#waiting.get(each.partition);
      if (waiting) waiting.push({ ...each, takenAt });
      else this.#waiting.set(each.partition, [{ ...each, takenAt }]);
    }
    return this.#queue.length > 0 ? 'again' : 'rest';
  }

  /** Looks for the fates of the oldest records of every partition and moves the settled prefixes. */
  async settleTurn(): Promise<'again' | 'rest'> {
    const { consumer, stream } = this.options;
    let more = false;
    const least = this.#leastLook();
    const heads = [...this.#waiting].map(([partition, waiting]) => ({
      partition,
      head: waiting.slice(0, Math.max(least, this.#looksAt.get(partition) ?? 0)),
    }));
    const fates = await readFates(
      this.options.database,
      stream,
      heads.flatMap(({ head }) => head),
    );
    const generation = consumer().assignment?.generation;
    for (const { partition, head } of heads) {
      const waiting = this.#waiting.get(partition);
      if (generation === undefined || waiting === undefined || waiting[0] !== head[0]) continue;
      const told = head.filter((each) => isTold(each, fates));
      const outcomes = told.map(({ offset }) => [offset, null] as const);
      this.options.advances.add(consumer().settle({ generation, partition }, outcomes));
      const settledOffsets = new Set(told.map(({ offset }) => offset));
      this.#waiting.set(partition, [
        ...head.filter(({ offset }) => !settledOffsets.has(offset)),
        ...waiting.slice(head.length),
      ]);
      // Where fates were told there are more to come; where none was, asking for many would bring little and cost the same.
      const all = told.length === head.length;
      this.#looksAt.set(partition, Math.min(told.length * (all ? 8 : 2), MOST_LOOKED_AT));
      more ||= all && waiting.length > head.length;
    }
    await this.options.advances.flush();
    await this.#storeTaken();
    await this.#park();
    windowRecords.labels(stream).set(consumer().load.rows);
    return more ? 'again' : 'rest';
  }

  /** Since when (ms) the first record of each partition waits for its fate. */
  oldest(): ReadonlyMap<number, number> {
    return new Map([...this.#waiting].flatMap(([partition, [first]]) => (first ? [[partition, first.takenAt]] : [])));
  }

  /** A few; more from time to time, so that a few that wait for long hold back no more than those behind them. */
  #leastLook(): number {
    if (Date.now() - this.#lookedDeepAt < DEEP_LOOK_MS) return SHORT_LOOK;
    this.#lookedDeepAt = Date.now();
    return DEEP_LOOK;
  }

  #nextBatches(): TakenBatch<Values[S]>[] {
    const batches: TakenBatch<Values[S]>[] = [];
    let rows = 0;
    for (const batch of this.#queue) {
      if (batches.length > 0 && rows + batch.records.length > INTAKE_ROWS) break;
      batches.push(batch);
      rows += batch.records.length;
    }
    return batches;
  }

  /** A partition whose batches are all in the ledger is taken as far as the consumer has read. */
  async #storeTaken(): Promise<void> {
    const consumer = this.options.consumer();
    const queued = new Set(this.#queue.map(({ partition }) => partition));
    const taken = new Map(
      [...consumer.reached].filter(
        ([partition, reached]) => !queued.has(partition) && reached > (this.#taken.get(partition) ?? 0),
      ),
    );
    if (taken.size === 0) return;
    await this.options.positions.storeTaken(this.options.topicName, taken);
    for (const [partition, reached] of taken) this.#taken.set(partition, reached);
  }

  /** The ledger keeps what it has taken, so a record that waits for long need not hold the partition for everyone else. */
  async #park(): Promise<void> {
    const { database, stream, obstacles, consumer, windowRows } = this.options;
    const crowded = consumer().load.rows * 2 > windowRows;
    const before = Date.now() - parkAfterMs(crowded);
    const old = [...this.#waiting.values()].flatMap((waiting) => waiting.filter(({ takenAt }) => takenAt < before));
    for (const part of slices(old, INTAKE_ROWS)) await parkWaiting(database, stream, obstacles, part);
  }
}

const MOST_QUEUED = 10_000;
const MOST_WAIT_MS = 2000;
const LOOK_MS = 50;
/** Records of a partition. */
const SHORT_LOOK = 20;
const DEEP_LOOK = 250;
const DEEP_LOOK_MS = 3000;
const MOST_LOOKED_AT = 2000;
const INTAKE_ROWS = 5000;
