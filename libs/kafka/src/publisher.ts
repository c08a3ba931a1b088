import kafkajs, { type Producer } from 'kafkajs';
import { PortageError } from '@portage/platform';
import { type KafkaCluster } from './cluster.js';
import { within } from './deadline.js';
import { kafkaError } from './errors.js';
import { messagesOf, type Outgoing, type Published, publishedOf } from './outgoing.js';
import { type RecordWriter } from './record-writer.js';

/** Publishes records outside any transaction, acknowledged by all in-sync replicas: dead letters. */
export class Publisher {
  private constructor(
    private readonly cluster: KafkaCluster,
    private readonly producer: Producer,
    private readonly writer: RecordWriter,
    private readonly deadlineMs: number,
  ) {}

  static async open(cluster: KafkaCluster, writer: RecordWriter, deadlineMs: number): Promise<Publisher> {
    const producer = cluster.client.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      // The deadline ends it: an idempotent producer that counts its tries could lose its place in the sequence.
      retry: {
        initialRetryTime: 50,
        maxRetryTime: 2_000,
        factor: 0.2,
        multiplier: 2,
        retries: Number.MAX_SAFE_INTEGER,
      },
    });
    const publisher = new Publisher(cluster, producer, writer, deadlineMs);
    await publisher.inTime(producer.connect());
    return publisher;
  }

  /** Throws `kafka.unreachable` (retry) when not acknowledged in time: then it may have been published all the same. */
  async send(records: readonly Outgoing[]): Promise<readonly Published[]> {
    if (records.length === 0) return [];
    const topicMessages = messagesOf(this.cluster, this.writer, records);
    return publishedOf(await this.inTime(this.producer.sendBatch({ acks: -1, topicMessages })));
  }

  /** Never throws. */
  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }

  private async inTime<T>(work: Promise<T>): Promise<T> {
    try {
      return await within(work, { ms: this.deadlineMs, late });
    } catch (error) {
      throw kafkaError(error);
    }
  }
}

function late(): PortageError {
  return new PortageError({
    code: 'kafka.unreachable',
    disposition: 'retry',
    message: 'Kafka did not acknowledge records in time.',
  });
}
