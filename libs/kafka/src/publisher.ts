import { type Producer } from 'kafkajs';
import { PortageError, within } from '@portage/platform';
import { type KafkaCluster } from './cluster.js';
import { kafkaError } from './errors.js';
import { messagesOf, type Outgoing, partsOf, type Published, publishedOf } from './outgoing.js';
import { keyPartitioner } from './partitioner.js';
import { type RecordWriter } from './record-writer.js';

/**
 * Publishes records outside any transaction, acknowledged by all in-sync replicas: dead letters. After a failure the
 * next call starts with a new producer: one that gave up in between has lost its place in the sequence.
 */
export class Publisher {
  private producer: Promise<Producer> | null = null;

  private constructor(
    private readonly cluster: KafkaCluster,
    private readonly writer: RecordWriter,
    private readonly deadlineMs: number,
  ) {}

  /** Throws `kafka.unreachable` (retry). */
  static async open(cluster: KafkaCluster, writer: RecordWriter, deadlineMs: number): Promise<Publisher> {
    const publisher = new Publisher(cluster, writer, deadlineMs);
    await publisher.inTime((producer) => Promise.resolve(producer));
    return publisher;
  }

  /** Throws `kafka.unreachable` (retry) when not acknowledged in time: then it may have been published all the same. */
  async send(records: readonly Outgoing[]): Promise<readonly Published[]> {
    if (records.length === 0) return [];
    const published: Published[] = [];
    // A dead letter is as large as what it is about.
    for (const topicMessages of partsOf(messagesOf(this.cluster, this.writer, records)))
      published.push(...publishedOf(await this.inTime((producer) => producer.sendBatch({ acks: -1, topicMessages }))));
    return published;
  }

  /** Never throws. */
  async close(): Promise<void> {
    const producer = this.producer;
    this.producer = null;
    await producer?.then((opened) => opened.disconnect()).catch(() => undefined);
  }

  private async inTime<T>(work: (producer: Producer) => Promise<T>): Promise<T> {
    this.producer ??= connected(this.cluster);
    try {
      return await within(this.producer.then(work), { ms: this.deadlineMs, late });
    } catch (error) {
      void this.close();
      throw kafkaError(error);
    }
  }
}

async function connected(cluster: KafkaCluster): Promise<Producer> {
  const producer = cluster.client.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: keyPartitioner,
    retry: { initialRetryTime: 50, maxRetryTime: 2_000, factor: 0.2, multiplier: 2, retries: 10 },
  });
  await producer.connect();
  return producer;
}

function late(): PortageError {
  return new PortageError({
    code: 'kafka.unreachable',
    disposition: 'retry',
    message: 'Kafka did not acknowledge records in time.',
  });
}
