import { type BatchConsumer, type TakenBatch, type TakenRecord } from '@portage/kafka';
import { mapEvent } from '@portage/klaviyo';
import { describeError } from '@portage/platform';
import { type Activity, parseKey } from '@portage/records';
import { type LoaderParts } from '../loader-parts.js';
import { openGates } from '../marks/gates.js';
import { type AdvanceQueue } from '../positions/advance-queue.js';
import { type Obstacles, obstacleOf, parkAfterMs } from '../positions/parking.js';
import { type Target } from '../targets/target.js';
import { type ActivityOutcome } from './activity-outcome.js';
import { EndedActivities } from './ended-activities.js';
import { type EventFate, eventFate } from './event-fate.js';
import { type Entry, EventSender, type EventSenderOptions, type Sendable } from './event-sender.js';
import { readStandings } from './standings.js';

type Parts = Pick<LoaderParts, 'database' | 'connections' | 'targets' | 'deadLetters' | 'breakers' | 'logger'>;

export interface EventWindowOptions extends Parts, Pick<EventSenderOptions, 'repeats' | 'lingerMs'> {
  readonly advances: Pick<AdvanceQueue<ActivityOutcome>, 'add' | 'flush'>;
  /** Whoever reads for the window: the live consumer or a bounded reader. */
  readonly consumer: () => Pick<BatchConsumer<'activities', ActivityOutcome>, 'settle'>;
  /** Makes room for others by parking what may wait for long; without it everything stays in the window. */
  readonly parking?: { readonly obstacles: Obstacles; readonly isCrowded: () => boolean };
  readonly onQueued: () => void;
}

/**
 * The window of the activities topic. Activities are many and not kept in the ledger, so whoever waits for a person stays
 * here, and the partition with it. A target that is slow or refuses holds back its own entries only.
 */
export class EventWindow {
  #waiting = new Set<Entry>();
  readonly #ended = new EndedActivities();
  readonly #sender: EventSender;
  /** While everybody waits, asking costs and brings nothing. */
  #restUntil = 0;
  /** How many are asked for next. */
  #lookAt = FEWEST_DECIDED;

  constructor(private readonly options: EventWindowOptions) {
    this.#sender = new EventSender({
      ...options,
      onDelivered: (entry, target) => this.#end(entry, target, 'delivered', ''),
      onRejected: (entry, target, code) => this.#reject(entry, target, code),
      onFree: options.onQueued,
    });
  }

  take(batch: TakenBatch<Activity>): void {
    for (const record of batch.records) this.#receive(batch, record);
    this.#restUntil = 0;
    this.options.onQueued();
  }

  revoked(): void {
    this.#waiting.clear();
    this.#ended.clear();
  }

  async turn(signal: AbortSignal): Promise<'again' | 'rest'> {
    await this.#decide(signal);
    await this.#park();
    await this.#flush();
    return 'rest';
  }

  /** Since when (ms) the first record of each partition waits for its fate. */
  oldest(): ReadonlyMap<number, number> {
    const oldest = new Map<number, number>();
    for (const { partition, takenAt } of this.#waiting)
      oldest.set(partition, Math.min(oldest.get(partition) ?? takenAt, takenAt));
    return oldest;
  }

  /** Requests under way end; what they bring is still stored. */
  async drain(): Promise<void> {
    await this.#sender.drain();
    await this.#flush();
  }

  #receive({ partition, generation }: TakenBatch<Activity>, record: TakenRecord<Activity>): void {
    const { key, offset } = record;
    const connectionId = parseKey(key)?.connectionId;
    if ('undecodable' in record) {
      const { undecodable } = record;
      void this.options.deadLetters.undecodable('activities', partition, [{ key, offset, undecodable }]).then(
        () => this.#ended.add({ partition, generation, offset }, null),
        // Not settled: the partition stays where it is until the record is taken again.
        (error: unknown) =>
          this.options.logger.error({ err: describeError(error) }, 'a dead letter could not be published'),
      );
    } else if (record.value === null || connectionId === undefined) {
      this.#ended.add({ partition, generation, offset }, null);
    } else {
      const activity = record.value;
      this.#waiting.add({ partition, generation, offset, key, connectionId, activity, takenAt: Date.now() });
    }
  }

  async #decide(signal: AbortSignal): Promise<void> {
    if (Date.now() < this.#restUntil) return;
    const candidates = first(this.#waiting, this.#lookAt);
    // Whoever was looked at goes to the end, so that nobody is behind records that wait for long.
    for (const entry of candidates) if (this.#waiting.delete(entry)) this.#waiting.add(entry);
    const known = await this.#ofKnownConnections(candidates);
    const entries = known.filter(({ target }) => this.#sender.takesWork(target));
    const asked = entries.map(({ entry, target }) => ({
      target: target.id,
      key: entry.key,
      connectionId: entry.activity.meta.connectionId,
      runId: entry.activity.meta.runId,
      observedAt: entry.activity.meta.observedAt,
    }));
    if (asked.length === 0) return;
    const standingOf = await readStandings(this.options.database, asked);
    const before = this.#ended.count;
    const sendable = new Map<Target, Sendable[]>();
    for (const [at, { entry, target }] of entries.entries()) {
      const connection = target.connection(entry.connectionId);
      const question = asked[at];
      if (!connection || !question || !this.#waiting.has(entry)) continue;
      const fate = eventFate(standingOf(question), {
        collectEngagement: connection.options.collectEngagement,
        working: connection.working,
      });
      await this.#apply(entry, target, fate, connection.options.metricSuffix, sendable);
    }
    for (const [target, rows] of sendable) this.#sender.dispatch(target, rows, signal);
    // Where some may be sent there are more to fill the request with; where none may, a part shows when that changes.
    const idle = sendable.size === 0 && this.#ended.count === before;
    this.#lookAt = idle ? Math.min(Math.max(FEWEST_DECIDED, this.#waiting.size / 4), MOST_DECIDED) : MOST_DECIDED;
    this.#restUntil = idle && this.#sender.isIdle ? Date.now() + IDLE_MS : 0;
  }

  /**
   * Everybody's keys lie in every partition, so records that may wait for long would hold up all others. Parked is a durable
   * outcome; the catch-up delivers them when the reason is gone.
   */
  async #park(): Promise<void> {
    const { parking, connections, database, targets } = this.options;
    if (parking === undefined) return;
    // A connection alone is in nobody's way.
    const crowded = parking.isCrowded() && connections.all().length > 1;
    const before = Date.now() - parkAfterMs(crowded);
    const old = [...this.#waiting].filter(({ takenAt }) => takenAt < before);
    if (old.length === 0) return;
    const open = await openGates(database);
    const reasons = new Map<string, string | null>();
    for (const entry of old) {
      const { connectionId } = entry;
      const target = targets.of(connectionId);
      // What is being sent may have arrived.
      if (target === undefined || this.#sender.isBusy(target.id)) continue;
      let reason = reasons.get(connectionId);
      if (reason === undefined) {
        reason = obstacleOf(parking.obstacles, 'activities', connectionId, open.has(connectionId));
        reasons.set(connectionId, reason);
      }
      if (reason !== null) this.#end(entry, target.id, 'parked', reason);
    }
  }

  async #apply(
    entry: Entry,
    target: Target,
    fate: EventFate,
    suffix: string,
    sendable: Map<Target, Sendable[]>,
  ): Promise<void> {
    if (fate.do === 'wait') return;
    if (fate.do === 'skip') return this.#end(entry, target.id, 'skipped', fate.reason);
    const row = mapEvent(entry.activity, { email: fate.email, suffix });
    if ('rejected' in row) return this.#reject(entry, target.id, row.rejected);
    const rows = sendable.get(target);
    const { optedOut } = fate;
    if (rows) rows.push({ entry, row, optedOut });
    else sendable.set(target, [{ entry, row, optedOut }]);
  }

  async #reject(entry: Entry, target: string, code: string): Promise<void> {
    await this.options.deadLetters.activity({ ...entry, target, code });
    this.#end(entry, target, 'rejected', code);
  }

  #end(
    entry: Entry,
    target: string,
    outcome: NonNullable<ActivityOutcome['counted']>['outcome'],
    reason: string,
  ): void {
    if (!this.#waiting.delete(entry)) return;
    const { activity, connectionId, key } = entry;
    const { campaignActivityId, type, dedupKey, meta } = activity;
    const { observedAt } = meta;
    const counted = { target, connectionId, key, campaignActivityId, type, dedupKey, observedAt, outcome, reason };
    this.#ended.add(entry, counted);
  }

  async #flush(): Promise<void> {
    const { consumer, advances } = this.options;
    for (const advance of this.#ended.settle(consumer())) advances.add(advance);
    await advances.flush();
  }

  /** Activities of a connection that was deleted are nobody's any more. */
  async #ofKnownConnections(entries: readonly Entry[]): Promise<{ entry: Entry; target: Target }[]> {
    const { connections, targets } = this.options;
    if (entries.some(({ connectionId }) => connections.get(connectionId) === undefined)) await connections.refresh();
    return entries.flatMap((entry) => {
      const target = targets.of(entry.connectionId);
      if (target) return [{ entry, target }];
      this.#waiting.delete(entry);
      this.#ended.add(entry, null);
      return [];
    });
  }
}

const FEWEST_DECIDED = 1000;
const MOST_DECIDED = 20_000;
const IDLE_MS = 1500;

function first<T>(items: Iterable<T>, count: number): T[] {
  const found: T[] = [];
  for (const item of items) {
    if (found.length >= count) break;
    found.push(item);
  }
  return found;
}
