import { type Topic } from '@portage/records';
import { type KafkaCluster } from './cluster.js';

/** By partition number. Offsets are plain numbers: no topic of ours gets near 2^53. */
export type Offsets = ReadonlyMap<number, number>;

export interface OffsetRange {
  /** The first offset that is still there. */
  readonly start: number;
  /** The offset that the next record will get. */
  readonly end: number;
}

export async function offsetRanges(cluster: KafkaCluster, topic: Topic): Promise<ReadonlyMap<number, OffsetRange>> {
  const offsets = await cluster.admin((admin) => admin.fetchTopicOffsets(cluster.topicName(topic)));
  return new Map(offsets.map(({ partition, low, high }) => [partition, { start: Number(low), end: Number(high) }]));
}

/** Where every partition ends, running transactions included. */
export async function endOffsets(cluster: KafkaCluster, topic: Topic): Promise<Offsets> {
  const ranges = await offsetRanges(cluster, topic);
  return new Map([...ranges].map(([partition, { end }]) => [partition, end]));
}

/** Per partition the first offset whose record is not older than `timestamp` (ms); the end where there is none. */
export async function offsetsAt(cluster: KafkaCluster, topic: Topic, timestamp: number): Promise<Offsets> {
  const name = cluster.topicName(topic);
  const offsets = await cluster.admin((admin) => admin.fetchTopicOffsetsByTimestamp(name, timestamp));
  return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
}

/** What a group has committed. Partitions without a commit are absent. */
export async function committedOffsets(cluster: KafkaCluster, groupId: string, topic: Topic): Promise<Offsets> {
  const topics = [cluster.topicName(topic)];
  const [found] = await cluster.admin((admin) => admin.fetchOffsets({ groupId, topics }));
  const committed = (found?.partitions ?? []).filter(({ offset }) => Number(offset) >= 0);
  return new Map(committed.map(({ partition, offset }) => [partition, Number(offset)]));
}
