import { type Topic } from '@portage/records';
import { type KafkaCluster } from './cluster.js';
import {
  type FetchedMessage,
  type FetchedPartition,
  internalCluster,
  type InternalCluster,
  isolationLevels,
} from './internal-cluster.js';
import { type Offsets } from './offsets.js';

/** What one fetch says about a partition. */
export interface Chunk {
  readonly messages: readonly FetchedMessage[];
  /** Every committed record from the asked offset up to this one is in `messages`. Equal to the asked one: nothing new. */
  readonly next: number;
}

const MAX_BYTES_PER_PARTITION = 1_048_576;

/**
 * Reads partitions from given offsets without being a member of any group, committed records only. Unlike the client's
 * group consumer it can say that a range holds nothing: compaction may leave nothing behind but a gap.
 */
export class DirectFetch {
  private constructor(
    private readonly cluster: InternalCluster,
    private readonly topic: string,
  ) {}

  static async open(cluster: KafkaCluster, topic: Topic): Promise<DirectFetch> {
    const internal = internalCluster(cluster.client, 'committed');
    const name = cluster.topicName(topic);
    try {
      await internal.connect();
      await internal.addTargetTopic(name);
    } catch (error) {
      await internal.disconnect().catch(() => undefined);
      throw error;
    }
    return new DirectFetch(internal, name);
  }

  /** Waits up to `waitMs` when there is nothing. Partitions that the brokers said nothing about are absent. */
  async fetch(
    from: Offsets,
    waitMs: number,
    bytesPerPartition = MAX_BYTES_PER_PARTITION,
  ): Promise<ReadonlyMap<number, Chunk>> {
    const chunks = new Map<number, Chunk>();
    await this.cluster.refreshMetadataIfNecessary();
    const leaders = Object.entries(this.cluster.findLeaderForPartitions(this.topic, [...from.keys()]));
    const answers = leaders.map(([nodeId, partitions]) =>
      this.ask(nodeId, pick(from, partitions), waitMs, bytesPerPartition),
    );
    for (const data of (await Promise.all(answers)).flat()) {
      const asked = from.get(data.partition);
      if (asked !== undefined) chunks.set(data.partition, chunkOf(data, asked, from.size === 1));
    }
    return chunks;
  }

  /** After a failure: leaders may have moved. */
  refresh(): Promise<void> {
    return this.cluster.refreshMetadata();
  }

  async close(): Promise<void> {
    await this.cluster.disconnect().catch(() => undefined);
  }

  private async ask(
    nodeId: string,
    from: Offsets,
    waitMs: number,
    maxBytes: number,
  ): Promise<readonly FetchedPartition[]> {
    const broker = await this.cluster.findBroker({ nodeId });
    const partitions = [...from].map(([partition, offset]) => ({
      partition,
      fetchOffset: String(offset),
      maxBytes,
    }));
    const { responses } = await broker.fetch({
      isolationLevel: isolationLevels.committed,
      maxWaitTime: waitMs,
      minBytes: 1,
      maxBytes: maxBytes * 12,
      topics: [{ topic: this.topic, partitions }],
    });
    return responses.flatMap((response) => response.partitions);
  }
}

/** `alone`: nothing else was asked for, so an answer without any record was not cut short in favour of other partitions. */
export function chunkOf(data: FetchedPartition, asked: number, alone: boolean): Chunk {
  const messages = committed(data).filter((message) => Number(message.offset) >= asked);
  const last = Number(data.messages.at(-1)?.offset ?? -1);
  if (last >= asked) return { messages, next: last + 1 };
  // A batch was found that reaches `asked` and has lost its end to compaction: `asked` itself is certainly gone.
  if (data.messages.length > 0) return { messages, next: asked + 1 };
  return { messages, next: alone ? Math.max(asked, Number(data.lastStableOffset)) : asked };
}

/** Without markers and without what aborted transactions left. */
function committed({ messages, abortedTransactions }: FetchedPartition): readonly FetchedMessage[] {
  const pending = [...(abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  const aborted = new Set<string>();
  return messages.filter(({ offset, isControlRecord, batchContext: { producerId, inTransaction } }) => {
    while (pending[0] && Number(offset) >= Number(pending[0].firstOffset))
      aborted.add(pending.shift()?.producerId ?? '');
    // Whether it says commit or abort: the transaction that was aborted ends here.
    if (isControlRecord) aborted.delete(producerId);
    return !isControlRecord && !(inTransaction && aborted.has(producerId));
  });
}

function pick(offsets: Offsets, partitions: readonly number[]): Offsets {
  return new Map(partitions.map((partition) => [partition, offsets.get(partition) ?? 0]));
}
