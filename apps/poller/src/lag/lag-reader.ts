import {
  type ConsumerGroup,
  consumerGroups,
  type KafkaCluster,
  type OffsetRange,
  offsetRanges,
  UnreadRecords,
} from '@portage/kafka';
import { type Clock, isPortageError } from '@portage/platform';
import { type Topic, TOPICS } from '@portage/records';
import { type LagReading, type PartitionReading } from './reading.js';

type Ranges = ReadonlyMap<Topic, ReadonlyMap<number, OffsetRange>>;
type Position = Omit<PartitionReading, 'unreadSince'>;

/** The topics that a loader reads, each with a group of its own. They are watched even if no loader was ever started. */
const LOADED: readonly Topic[] = TOPICS.filter((topic) => topic !== 'dead-letters');

/** Reads how far every group of Portage's is, from Kafka alone: so it sees also that nobody reads. */
export class LagReader {
  readonly #records: UnreadRecords;
  #known = new Map<string, Known>();

  constructor(
    private readonly cluster: KafkaCluster,
    private readonly clock: Clock,
  ) {
    this.#records = new UnreadRecords(cluster);
  }

  async read(): Promise<LagReading> {
    // Commits first: read the other way round, a group could stand behind the end.
    const groups = this.#withLoaders(await consumerGroups(this.cluster));
    const ranges = await this.#ranges();
    const at = this.clock.now();
    const before = this.#known;
    this.#known = new Map();
    const partitions: PartitionReading[] = [];
    for (const position of groups.flatMap((group) => positionsOf(group, ranges)))
      partitions.push({ ...position, unreadSince: await this.#unreadSince(position, before) });
    return { at, partitions, members: new Map(groups.map(({ id, members }) => [id, members])) };
  }

  async close(): Promise<void> {
    await this.#records.close();
  }

  #withLoaders(groups: readonly ConsumerGroup[]): readonly ConsumerGroup[] {
    const absent = LOADED.map((topic) => `${this.cluster.config.topicPrefix}.loader.${topic}`)
      .filter((id) => !groups.some((group) => group.id === id))
      .map((id) => ({ id, members: 0, committed: new Map(), attended: new Map(), assigned: new Map() }));
    return [...groups, ...absent].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async #ranges(): Promise<Ranges> {
    const ranges = new Map<Topic, ReadonlyMap<number, OffsetRange>>();
    for (const topic of TOPICS) {
      const found = await offsetRanges(this.cluster, topic).catch(absentTopic);
      if (found) ranges.set(topic, found);
    }
    return ranges;
  }

  /** A group that stands still is looked up now and then only; "nothing" holds until the end moves. */
  async #unreadSince(position: Position, before: ReadonlyMap<string, Known>): Promise<number | null> {
    const { topic, partition, current, start, end } = position;
    const from = Math.max(current ?? start, start);
    if (from >= end) return null;
    const place = `${topic} ${partition} ${from}`;
    const known = this.#known.get(place) ?? aged(before.get(place), end);
    const found = known ?? (await this.#lookAt(topic, partition, from, end));
    this.#known.set(place, found);
    return found.since;
  }

  async #lookAt(topic: Topic, partition: number, from: number, end: number): Promise<Known> {
    const record = await this.#records.first(topic, partition, from, end);
    return { since: record?.timestamp ?? null, end, uses: USES };
  }
}

/** What was found behind a place. */
interface Known {
  readonly since: number | null;
  readonly end: number;
  readonly uses: number;
}

/** Compaction may take away what was found, so it is looked at again after so many measurements. */
const USES = 30;

function aged(known: Known | undefined, end: number): Known | undefined {
  if (!known || known.uses <= 1) return undefined;
  // A topic that ends earlier than before is another topic of that name.
  const holds = known.since === null ? end === known.end : end >= known.end;
  return holds ? { ...known, end, uses: known.uses - 1 } : undefined;
}

/** Partitions that the group has committed or reads, and all others of its topics that hold something. */
function positionsOf(group: ConsumerGroup, ranges: Ranges): readonly Position[] {
  return TOPICS.flatMap((topic) => {
    const committed = group.committed.get(topic);
    const assigned = group.assigned.get(topic);
    if (!committed && !assigned && !group.id.endsWith(`.loader.${topic}`)) return [];
    return [...(ranges.get(topic) ?? [])]
      .map(([partition, { start, end }]) => {
        const current = committed?.get(partition) ?? null;
        const attendedAt = group.attended.get(topic)?.get(partition) ?? null;
        return { group: group.id, topic, partition, current, start, end, attendedAt };
      })
      .filter(({ partition, current, start, end }) => {
        return current !== null || assigned?.includes(partition) === true || end > start;
      })
      .sort((a, b) => a.partition - b.partition);
  });
}

function absentTopic(error: unknown): undefined {
  if (isPortageError(error) && error.code === 'kafka.topic_missing') return undefined;
  throw error;
}
