import { type Topic } from '@portage/records';
import { type KafkaCluster } from './cluster.js';
import { type OffsetAnswer, type OffsetQuery } from './internal-cluster.js';

/** By partition number. Offsets are plain numbers: no topic of ours gets near 2^53. */
export type Offsets = ReadonlyMap<number, number>;

export interface OffsetRange {
  /** The first offset that is still there. */
  readonly start: number;
  /** The offset that the next record will get. */
  readonly end: number;
}

export async function offsetRanges(cluster: KafkaCluster, topic: Topic): Promise<ReadonlyMap<number, OffsetRange>> {
  const [starts, ends] = await ask(cluster, topic, [{ fromBeginning: true }, { fromBeginning: false }]);
  return new Map([...(ends ?? [])].map(([partition, end]) => [partition, { start: starts?.get(partition) ?? 0, end }]));
}

/** Where every partition ends, with what running transactions have written: no record published so far lies beyond. */
export async function endOffsets(cluster: KafkaCluster, topic: Topic): Promise<Offsets> {
  const [ends] = await ask(cluster, topic, [{ fromBeginning: false }]);
  return ends ?? new Map();
}

/**
 * Per partition the first offset that is not older than `timestamp` (ms), or the end. Transaction markers bear the
 * broker's time, so it may be an offset before the first such record.
 */
export async function offsetsAt(cluster: KafkaCluster, topic: Topic, timestamp: number): Promise<Offsets> {
  const [found, ends] = await ask(cluster, topic, [{ fromTimestamp: timestamp }, { fromBeginning: false }]);
  return new Map([...(ends ?? [])].map(([partition, end]) => [partition, atLeastZero(found?.get(partition)) ?? end]));
}

async function ask(
  cluster: KafkaCluster,
  topic: Topic,
  queries: readonly Pick<OffsetQuery, 'fromBeginning' | 'fromTimestamp'>[],
): Promise<readonly Offsets[]> {
  const name = cluster.topicName(topic);
  return cluster.internal(async (internal) => {
    await internal.addTargetTopic(name);
    await internal.refreshMetadataIfNecessary();
    const partitions = internal.findTopicPartitionMetadata(name).map(({ partitionId }) => ({ partition: partitionId }));
    const answers: Offsets[] = [];
    for (const query of queries)
      answers.push(offsetsOf(await internal.fetchTopicsOffset([{ topic: name, partitions, ...query }])));
    return answers;
  });
}

function offsetsOf([answer]: readonly OffsetAnswer[]): Offsets {
  return new Map((answer?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
}

/** The broker answers -1 for "none". */
function atLeastZero(offset: number | undefined): number | undefined {
  return offset !== undefined && offset >= 0 ? offset : undefined;
}
