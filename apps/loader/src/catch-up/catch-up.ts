import { BoundedGroup, type Offsets, readBounded, type TakenRecord } from '@portage/kafka';
import { sleep } from '@portage/platform';
import { type Activity, parseKey } from '@portage/records';
import { type ActivityOutcome } from '../events/activity-outcome.js';
import { EventWindow } from '../events/event-window.js';
import { type LoaderParts } from '../loader-parts.js';
import { transact } from '../transact.js';
import { firstParked, parkedAmong, someParked, unpark } from './parked-activities.js';

export interface CatchUpContext {
  readonly parts: LoaderParts;
  readonly connectionId: string;
  /** What held the connection up holds it up again. */
  readonly isHeldUp: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

/**
 * Delivers the parked activities of one connection: reads their topic from the first of them to where it ends now, under a
 * group of its own, and sends them through a window like that of the live stream.
 *
 * What is parked is the list of what is to be done, and every fate takes its record off that list, so this may end anywhere and
 * begin anew without counting anything twice (invariant 2); a second sending makes no second event (invariant 5).
 */
export class CatchUp {
  readonly #window: EventWindow;
  readonly #fates = new Map<number, ActivityOutcome[]>();
  readonly #topic: string;
  #open = 0;

  constructor(private readonly context: CatchUpContext) {
    const { parts } = context;
    this.#topic = parts.cluster.topicName('activities');
    this.#window = new EventWindow({
      ...parts,
      lingerMs: parts.environment.LOADER_LINGER_SECONDS * 1000,
      consumer: () => ({ settle: (of, outcomes) => this.#keep(of.partition, outcomes) }),
      advances: { add: () => undefined, flush: () => this.#store() },
      onQueued: () => undefined,
    });
  }

  async run(): Promise<void> {
    const { parts, connectionId, signal } = this.context;
    const { database, cluster, environment } = parts;
    const from = await firstParked(database, this.#topic, connectionId);
    if (from.size === 0) return;
    const group = new BoundedGroup(cluster, `${environment.TOPIC_PREFIX}.catch-up.${connectionId}`);
    const over = new AbortController();
    const delivering = this.#deliver(from, group, AbortSignal.any([signal, over.signal]));
    const pumping = this.#pump(over.signal);
    try {
      // Standing still for a reason that may last ends it, too: then the rest stays parked.
      await Promise.race([delivering, pumping]);
    } finally {
      over.abort();
      await Promise.allSettled([delivering, pumping]);
      await this.#window.drain();
      await group.remove().catch(() => undefined);
    }
  }

  async #deliver(from: Offsets, group: BoundedGroup, signal: AbortSignal): Promise<void> {
    const { cluster, registry } = this.context.parts;
    const { ends } = await readBounded({
      cluster,
      registry,
      topic: 'activities',
      from,
      signal,
      onRecords: async (partition, records) => {
        await this.#take(partition, records, signal);
        await group.commit('activities', new Map([[partition, (records.at(-1)?.offset ?? 0) + 1]]));
      },
    });
    while (this.#open > 0) await sleep(TURN_MS, signal);
    await this.#skipExpired(new Map([...from.keys()].map((partition) => [partition, ends.get(partition) ?? 0])));
  }

  async #take(partition: number, records: readonly TakenRecord<Activity>[], signal: AbortSignal): Promise<void> {
    const { parts, connectionId } = this.context;
    while (this.#open > OPEN_ROWS) await sleep(TURN_MS, signal);
    const own = records.filter(({ key }) => parseKey(key)?.connectionId === connectionId);
    const offsets = own.map(({ offset }) => offset);
    const isParked = await parkedAmong(parts.database, this.#topic, partition, offsets);
    const parked = own.filter(({ offset }) => isParked.has(offset));
    this.#open += parked.length;
    if (parked.length > 0) this.#window.take({ topic: this.#topic, partition, generation: 1, records: parked });
  }

  #keep(partition: number, outcomes: Iterable<readonly [offset: number, outcome: ActivityOutcome]>): null {
    const fates = [...outcomes].map(([, outcome]) => outcome);
    this.#open -= fates.length;
    this.#fates.set(partition, [...(this.#fates.get(partition) ?? []), ...fates]);
    return null;
  }

  async #store(): Promise<void> {
    for (const [partition, fates] of this.#fates) {
      await transact(this.context.parts.database, (queries) => unpark(queries, this.#topic, partition, fates));
      this.#fates.delete(partition);
    }
  }

  /** What lies below the ends and was not found has been removed by Kafka. */
  async #skipExpired(ends: Offsets): Promise<void> {
    const { parts, connectionId } = this.context;
    for (const [partition, end] of ends) {
      for (;;) {
        const expired = await someParked(parts.database, this.#topic, connectionId, partition, end);
        if (expired.length === 0) break;
        await transact(parts.database, (queries) => unpark(queries, this.#topic, partition, expired));
      }
    }
  }

  /** Until everything is over or the connection is held up again. */
  async #pump(over: AbortSignal): Promise<void> {
    const { parts, isHeldUp } = this.context;
    while (!over.aborted) {
      await this.#window.turn(parts.stopNow.signal);
      if (await isHeldUp()) return;
      await sleep(TURN_MS, over).catch(() => undefined);
    }
  }
}

const OPEN_ROWS = 20_000;
const TURN_MS = 200;
