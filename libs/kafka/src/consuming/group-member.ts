import { type Consumer, type EachBatchHandler } from 'kafkajs';
import { type Topic } from '@portage/records';
import { type KafkaCluster } from '../cluster.js';
import { DirectFetch } from '../direct-fetch.js';
import { isProtocolError } from '../errors.js';
import { offsetRanges } from '../offsets.js';
import { type Commit } from './commit-follower.js';
import { Pauses } from './pauses.js';
import { placementOf } from './placement.js';

/** How long a fetch waits when there is nothing; also how soon a partition that was paused is fetched again. */
const WAIT_MS = 250;

/**
 * How long the group waits for a member that was killed. Short, because nobody gets its partitions before; batches are
 * handed over at once, so a living member is never silent for long.
 */
const SESSION_MS = 10_000;

/** The client's consumer of one topic, without its surprises. */
export class GroupMember {
  readonly consumer: Consumer;
  private readonly pauses: Pauses;

  constructor(
    cluster: KafkaCluster,
    groupId: string,
    private readonly topic: string,
  ) {
    this.consumer = cluster.client.consumer({
      groupId,
      sessionTimeout: SESSION_MS,
      rebalanceTimeout: 30_000,
      heartbeatInterval: SESSION_MS / 5,
      maxWaitTimeInMs: WAIT_MS,
      maxBytesPerPartition: 1_048_576,
      maxBytes: 12 * 1_048_576,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      retry: { initialRetryTime: 200, maxRetryTime: 5_000, factor: 0.2, multiplier: 2, retries: 8 },
    });
    this.pauses = new Pauses(this.consumer, topic);
  }

  /** `eachBatch` resolves what it takes; what it leaves unresolved is fetched again. Nothing is ever committed by itself. */
  async run(eachBatch: EachBatchHandler): Promise<void> {
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [this.topic], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch,
    });
  }

  /** Pauses survive a rebalance in the client, and fetching would begin at Kafka's commit: everything waits for its place. */
  pauseAll(partitions: readonly number[]): void {
    this.pauses.forget();
    this.pauses.apply(partitions, () => true);
  }

  pause(partitions: readonly number[], isPaused: (partition: number) => boolean): void {
    whileRunning(() => this.pauses.apply(partitions, isPaused));
  }

  seek(partition: number, position: number): void {
    whileRunning(() => this.consumer.seek({ topic: this.topic, partition, offset: String(position) }));
  }

  async commit(commits: ReadonlyMap<number, Commit>): Promise<void> {
    const { topic } = this;
    await this.consumer.commitOffsets(
      [...commits].map(([partition, { position, note }]) => ({
        topic,
        partition,
        offset: String(position),
        metadata: note,
      })),
    );
  }

  /** Never throws. */
  async leave(): Promise<void> {
    await this.consumer.disconnect().catch(() => undefined);
  }
}

/** Between a crash and its restart the client has no group: then there is nothing to steer, and joining places anew. */
function whileRunning(act: () => void): void {
  try {
    act();
  } catch {
    return;
  }
}

/**
 * The first offset from `asked` on at which there may be something to deliver, found out with certainty.
 *
 * @throws PortageError `kafka.topic_recreated`
 */
export async function nextToDeliver(
  cluster: KafkaCluster,
  topic: Topic,
  partition: number,
  asked: number,
): Promise<number> {
  const source = await DirectFetch.open(cluster, topic);
  try {
    const chunk = (await source.fetch(new Map([[partition, asked]]), WAIT_MS)).get(partition);
    return Number(chunk?.messages[0]?.offset ?? chunk?.next ?? asked);
  } catch (error) {
    if (!isProtocolError(error, 'OFFSET_OUT_OF_RANGE')) throw error;
    const range = (await offsetRanges(cluster, topic)).get(partition);
    return placementOf(cluster.topicName(topic), partition, asked, range ?? { start: 0, end: 0 });
  } finally {
    await source.close();
  }
}
