import { type TakenRecord } from '@portage/kafka';
import { type Activity, parseKey, type Values } from '@portage/records';
import { type KeptStream } from '../load-batch.js';
import { keyAt, readdressed, type Route } from '../replays/origin.js';
import { hasValue } from '../replays/read-stream.js';
import { type Replay } from '../replays/replay.js';
import { isCovered, Selector } from '../replays/selector.js';

/** A record as a connection has it. */
export interface Belonging<S extends KeptStream> {
  readonly key: string;
  readonly record: TakenRecord<Values[S]>;
  /** By a replay, from another connection. */
  readonly brought: boolean;
  /** Has to be in the ledger, if it is the newest of its key: it is the connection's own, or a replay that is done selects it. */
  readonly due: boolean;
}

interface Bringing {
  readonly replay: Replay;
  readonly route: Route;
  readonly selector: Selector;
}

/** What belongs to a connection: records of its own, and those of other connections that replays have brought or were to bring. */
export class Belongings {
  readonly #bySource = new Map<string, Bringing[]>();

  /** @param replays  that write into the connection and have begun */
  constructor(
    private readonly connectionId: string,
    private readonly replays: readonly Replay[],
  ) {
    for (const replay of replays) {
      const route = { source: replay.request.connectionId, target: connectionId };
      const of = this.#bySource.get(route.source) ?? [];
      this.#bySource.set(route.source, of);
      of.push({ replay, route, selector: new Selector(replay.request) });
    }
  }

  get sources(): readonly string[] {
    return [...this.#bySource.keys()];
  }

  get finished(): number {
    return this.replays.filter(({ state }) => state === 'done').length;
  }

  get unfinished(): number {
    return this.replays.length - this.finished;
  }

  /** The most events that one of the replays says it has delivered: several may have delivered the same. */
  get delivered(): number {
    return Math.max(
      0,
      ...this.replays.map(({ report, progress }) => {
        return (report?.streams.activities ?? progress.activities)?.outcomes.delivered ?? 0;
      }),
    );
  }

  /** Where the activities end that the replays have read, by partition. */
  endOfActivities(partition: number): number {
    return Math.max(0, ...this.replays.map(({ plan }) => plan?.ends.activities[String(partition)] ?? 0));
  }

  /** Undefined: it is none of the connection's business. */
  place<S extends KeptStream>(stream: S, partition: number, record: TakenRecord<Values[S]>): Belonging<S> | undefined {
    const of = parseKey(record.key)?.connectionId ?? '';
    if (of === this.connectionId) return { key: record.key, record, brought: false, due: true };
    const bringing = this.#bySource.get(of);
    const route = bringing?.[0]?.route;
    if (!bringing || !route) return undefined;
    if (!hasValue(record)) return { key: keyAt(record.key, route), record, brought: true, due: false };
    const due = bringing.some(({ replay, selector }) => {
      if (replay.state !== 'done' || !isBelow(replay, stream, partition, record.offset)) return false;
      if (stream !== 'suppressions' && !replay.request.streams.includes(stream)) return false;
      if (selector.kept(stream, partition, record) !== null) return false;
      return stream !== 'contacts' || isCovered(record.value.meta, replay.plan?.pass ?? null);
    });
    const placed = readdressed<S>(record, route);
    return { key: placed.key, record: placed, brought: true, due };
  }

  /** An activity of another connection that a replay may have brought. Whom a filter of lists means is not looked up. */
  mayBring(partition: number, record: TakenRecord<Activity>): boolean {
    const bringing = this.#bySource.get(parseKey(record.key)?.connectionId ?? '');
    if (!bringing || !hasValue(record)) return false;
    return bringing.some(
      ({ replay, selector }) =>
        replay.request.streams.includes('activities') &&
        isBelow(replay, 'activities', partition, record.offset) &&
        selector.activity(partition, record, () => true) === null,
    );
  }
}

function isBelow({ plan }: Replay, stream: KeptStream | 'activities', partition: number, offset: number): boolean {
  return offset < (plan?.ends[stream][String(partition)] ?? 0);
}
