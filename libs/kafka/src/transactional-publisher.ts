import { type Producer, type RetryOptions, type TopicMessages } from 'kafkajs';
import { PortageError, within } from '@portage/platform';
import { type Topic } from '@portage/records';
import { type KafkaCluster } from './cluster.js';
import { isFenced, isProtocolError, kafkaError } from './errors.js';
import { endOffsets } from './offsets.js';
import { messagesOf, type Outgoing, partsOf, type Published, publishedOf } from './outgoing.js';
import { keyPartitioner } from './partitioner.js';
import { type RecordWriter } from './record-writer.js';

export interface TransactionalPublisherOptions {
  readonly writer: RecordWriter;
  /** Whoever opens a publisher with the same id later fences this one. */
  readonly transactionalId: string;
  /** How long one page may take, opening included. The broker aborts what is left open after the same time. */
  readonly deadlineMs: number;
  /**
   * Where a former holder of the id may have left a transaction open that its coordinator has forgotten: brokers that are killed
   * at the wrong moment come back like that, and nobody would read beyond it. It is aborted, in every partition.
   */
  readonly leftovers?: readonly Topic[];
}

/**
 * Publishes pages, each as one transaction: readers see all of a page or nothing of it. One at a time.
 *
 * Throws `kafka.fenced` (halt: somebody else holds this id, give the lease up) and `kafka.publisher_lost` (retry: the
 * page may or may not have been published; close this publisher, open another one, publish the page again). After
 * either, and after an abort, this publisher is of no more use. Errors that lie in the page itself (`kafka.record_too_large`,
 * `kafka.topic_missing`, InvalidRecord) leave nothing published and the publisher usable.
 */
export class TransactionalPublisher {
  /** The last thing asked of the client, which goes on with it after an abort or a deadline. */
  private underWay: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly cluster: KafkaCluster,
    private readonly producer: Producer,
    private readonly options: TransactionalPublisherOptions,
  ) {}

  /** Fences the former holder of the id and ends its open transaction. */
  static async open(
    cluster: KafkaCluster,
    options: TransactionalPublisherOptions,
    signal?: AbortSignal,
  ): Promise<TransactionalPublisher> {
    const { transactionalId, deadlineMs } = options;
    const producer = cluster.client.producer({
      transactionalId,
      transactionTimeout: deadlineMs,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: keyPartitioner,
      retry,
    });
    const publisher = new TransactionalPublisher(cluster, producer, options);
    try {
      const everywhere = await Promise.all(
        (options.leftovers ?? []).map((topic) => oneOfEachPartition(cluster, topic)),
      );
      await publisher.inTime(initialise(producer, everywhere), signal);
      return publisher;
    } catch (error) {
      await publisher.close();
      throw error;
    }
  }

  /** Invariant 1: Resolves only when every record is acknowledged by all in-sync replicas and the transaction is committed. */
  async publish(records: readonly Outgoing[], signal?: AbortSignal): Promise<readonly Published[]> {
    if (records.length === 0) return [];
    const parts = partsOf(messagesOf(this.cluster, this.options.writer, records));
    return this.inTime(this.transact(parts), signal);
  }

  /**
   * Never throws: a publisher that is given up may have lost its connections already. What is under way is waited for, for a moment:
   * the client would connect anew for it.
   */
  async close(): Promise<void> {
    await within(this.underWay, { ms: CLOSING_MS, late: () => lost('It was closed.') }).catch(() => undefined);
    await this.producer.disconnect().catch(() => undefined);
  }

  /**
   * Cut before anything is sent: after a request that a broker refused for some of its partitions the client has lost its place in
   * the sequences of the others.
   */
  private async transact(parts: ReturnType<typeof partsOf>): Promise<readonly Published[]> {
    const transaction = await this.producer.transaction();
    const published = new Map<string, Published>();
    try {
      for (const topicMessages of parts) {
        for (const first of publishedOf(await transaction.sendBatch({ acks: -1, topicMessages }))) {
          const place = `${first.topic} ${first.partition}`;
          if (!published.has(place)) published.set(place, first);
        }
      }
    } catch (error) {
      if (isPagesFault(error)) await transaction.abort();
      throw error;
    }
    await transaction.commit();
    return [...published.values()];
  }

  private async inTime<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const late = () => lost('Kafka did not confirm a page in time.');
    this.underWay = work;
    try {
      return await within(work, { ms: this.options.deadlineMs, signal, late });
    } catch (error) {
      if (signal?.aborted || isPagesFault(error)) throw signal?.aborted ? error : kafkaError(error);
      throw isFenced(error) ? kafkaError(error) : lostBecause(error);
    }
  }
}

const CLOSING_MS = 5_000;

/** Short pauses: a transaction that begins while the last one is being completed is refused for some milliseconds. */
const retry: RetryOptions = { initialRetryTime: 10, maxRetryTime: 1_000, factor: 0.2, multiplier: 1.7, retries: 20 };

/**
 * A transaction that comes to nothing: the producer id is only asked for when one begins. Its end in a partition is the end of
 * every earlier one of the same id there.
 */
async function initialise(producer: Producer, topicMessages: TopicMessages[]): Promise<void> {
  await producer.connect();
  const transaction = await producer.transaction();
  if (topicMessages.length > 0) await transaction.sendBatch({ acks: -1, topicMessages });
  await transaction.abort();
}

async function oneOfEachPartition(cluster: KafkaCluster, topic: Topic): Promise<TopicMessages> {
  const partitions = [...(await endOffsets(cluster, topic)).keys()];
  return {
    topic: cluster.topicName(topic),
    messages: partitions.map((partition) => ({ partition, key: 'none', value: null })),
  };
}

const pageFaults = [
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'TOPIC_AUTHORIZATION_FAILED',
];

function isPagesFault(error: unknown): boolean {
  return pageFaults.some((type) => isProtocolError(error, type));
}

function lostBecause(error: unknown): PortageError {
  const known = kafkaError(error);
  if (known.code === 'kafka.publisher_lost' || known.code === 'kafka.unauthorised') return known;
  return lost(known.message, error);
}

function lost(why: string, cause?: unknown): PortageError {
  return new PortageError({
    code: 'kafka.publisher_lost',
    disposition: 'retry',
    message: `It is not known whether a page was published: ${why}`,
    cause,
  });
}
