import { type Advance, BoundedIntake, type TakenRecord } from '@portage/kafka';
import { sleep } from '@portage/platform';
import { type Activity, parseKey } from '@portage/records';
import { type ActivityOutcome } from '../events/activity-outcome.js';
import { EventWindow } from '../events/event-window.js';
import { outcomesOf, summed, summedCounts } from '../report/outcomes.js';
import { type ActivityFate, readFates } from './activity-fates.js';
import { readdressed } from './origin.js';
import { hasValue, readStream } from './read-stream.js';
import { type LeftOut, type StreamProgress } from './replay.js';
import { endsOf, offsetsOf, progressOf, type RunContext } from './run-context.js';
import { isCovered } from './selector.js';

/** What became of a record of the topic; one of another connection has neither. */
interface Replayed extends ActivityOutcome {
  readonly leftOut?: LeftOut;
  readonly fate?: ActivityFate;
}

/**
 * Sends the selected activities through a window like that of the live stream: to people who are settled, with the `unique_id`
 * that the happening always has, so that nothing is doubled (invariant 5). Position and counts are stored together, so that a
 * kill counts nothing twice.
 */
export class ActivityReplay {
  readonly #intake = new BoundedIntake<Replayed>();
  readonly #window: EventWindow;
  #advances: Advance<ActivityOutcome>[] = [];
  #progress: StreamProgress;

  /** @param isMeant  by key of the source, where activities are told apart by their contacts */
  constructor(
    private readonly context: RunContext,
    private readonly isMeant: (key: string) => boolean,
  ) {
    const { parts } = context;
    this.#progress = progressOf(context.replay, 'activities');
    this.#window = new EventWindow({
      ...parts,
      repeats: true,
      lingerMs: parts.environment.LOADER_LINGER_SECONDS * 1000,
      consumer: () => ({ settle: (of, outcomes) => this.#intake.settle(of.partition, outcomes) }),
      advances: {
        add: (advance) => {
          if (advance !== null) this.#advances.push(advance);
        },
        flush: () => this.#store(),
      },
      onQueued: () => undefined,
    });
  }

  async run(): Promise<void> {
    if (this.#progress.finished) return;
    const { parts, plan, held, group } = this.context;
    const ends = endsOf(plan, 'activities');
    for (const [partition] of ends) this.#intake.begin(partition, this.#progress.positions[String(partition)] ?? 0);
    const over = new AbortController();
    const pumping = this.#pump(over.signal);
    try {
      const reading = readStream(
        this.context,
        'activities',
        (partition, records) => this.#take(partition, records),
        this.#progress.positions,
      );
      await Promise.race([reading, pumping]);
      while (this.#intake.open > 0) await Promise.race([sleep(TURN_MS, this.context.signal), pumping]);
    } finally {
      over.abort();
      await pumping.catch(() => undefined);
      // What is under way ends and is counted, also when the replay is paused or cancelled.
      await this.#window.drain();
    }
    this.#progress = { ...this.#progress, finished: true, positions: Object.fromEntries(ends) };
    await held.advance('activities', this.#progress, []);
    await group.commit('activities', ends);
    parts.logger.debug({ replay: this.context.replay.id }, 'all activities of a replay have their fate');
  }

  async #take(partition: number, records: readonly TakenRecord<Activity>[]): Promise<void> {
    const { pace, signal, parts } = this.context;
    while (this.#intake.open > OPEN_ROWS) await sleep(TURN_MS, signal);
    this.#intake.take(partition, records);
    const { sendable, ended } = await this.#sort(partition, records);
    const advance = this.#intake.settle(partition, ended);
    if (advance) this.#advances.push(advance);
    if (sendable.length > 0) {
      await pace.activities(sendable.length, signal);
      this.#window.take({ topic: parts.cluster.topicName('activities'), partition, generation: 1, records: sendable });
    }
  }

  async #sort(partition: number, records: readonly TakenRecord<Activity>[]) {
    const { selector, route, plan, parts } = this.context;
    const sendable: TakenRecord<Activity>[] = [];
    const ended: (readonly [number, Replayed])[] = [];
    const own = records.filter(({ key }) => parseKey(key)?.connectionId === route.source);
    const isSame = route.source === route.target;
    const fates = isSame
      ? await readFates(parts.database, parts.cluster.topicName('activities'), partition, own)
      : undefined;
    for (const record of records) {
      const end = (of: Omit<Replayed, 'offset' | 'counted'>) =>
        ended.push([record.offset, { offset: record.offset, counted: null, ...of }]);
      if (parseKey(record.key)?.connectionId !== route.source) end({});
      else if ('undecodable' in record) end({ fate: { outcome: 'rejected', reason: record.undecodable.code } });
      else if (!hasValue(record)) end({ leftOut: 'erased' });
      else {
        const leftOut = selector.activity(partition, record, this.isMeant);
        if (leftOut !== null) end({ leftOut });
        else if (fates) end({ fate: fates(record.offset) });
        else if (isCovered(record.value.meta, plan.pass)) sendable.push(readdressed<'activities'>(record, route));
        else end({ fate: { outcome: 'skipped', reason: 'pass_incomplete' } });
      }
    }
    return { sendable, ended };
  }

  /** Requests under way are not cut off by a pause: only the end of the service does that. */
  async #pump(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await this.#window.turn(this.context.parts.stopNow.signal);
      await sleep(TURN_MS, over).catch(() => undefined);
    }
  }

  async #store(): Promise<void> {
    const advances = this.#advances;
    if (advances.length === 0) return;
    this.#advances = [];
    this.#progress = advances.reduce(counted, this.#progress);
    await this.context.held.advance('activities', this.#progress, []);
    await this.context.group.commit('activities', offsetsOf(this.#progress.positions));
  }
}

const OPEN_ROWS = 20_000;
const TURN_MS = 200;

/** Records read and left out, and the fates of the others, as the settled prefix passes them. */
function counted(
  progress: StreamProgress,
  { partition, position, outcomes }: Advance<ActivityOutcome>,
): StreamProgress {
  const leftOut: Partial<Record<LeftOut, number>> = {};
  const fates = new Map<string, { outcome: string; reason: string; n: number }>();
  let read = 0;
  for (const each of outcomes as readonly Replayed[]) {
    const fate = each.fate ?? each.counted;
    if (each.leftOut !== undefined) leftOut[each.leftOut] = (leftOut[each.leftOut] ?? 0) + 1;
    else if (fate) {
      const key = `${fate.outcome}\n${fate.reason}`;
      const known = fates.get(key);
      fates.set(key, { outcome: fate.outcome, reason: fate.reason, n: (known?.n ?? 0) + 1 });
    } else continue;
    read += 1;
  }
  const rows = [...fates.values()].map((row) => ({ ...row, n: String(row.n) }));
  return {
    ...progress,
    positions: { ...progress.positions, [String(partition)]: position },
    read: progress.read + read,
    leftOut: summedCounts(progress.leftOut, leftOut),
    outcomes: summed(progress.outcomes, outcomesOf(rows)),
  };
}
