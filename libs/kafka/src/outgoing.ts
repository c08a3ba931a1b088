import { type Message, type RecordMetadata, type TopicMessages } from 'kafkajs';
import { type Topic, type Values } from '@portage/records';
import { type KafkaCluster } from './cluster.js';
import { type RecordWriter } from './record-writer.js';

/** A record on its way to its topic. A null value is a tombstone: it erases the key. */
export type Outgoing = {
  [T in Topic]: {
    readonly topic: T;
    readonly key: string;
    readonly value: Values[T] | null;
    /** Milliseconds; for records of a stream their `observedAt`. */
    readonly timestamp: number;
    readonly headers?: Readonly<Record<string, string>>;
  };
}[Topic];

/** Where the first record of a partition landed. */
export interface Published {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: number;
}

/** Encodes records and groups them by topic, in the order given. Throws InvalidRecord. */
export function messagesOf(cluster: KafkaCluster, writer: RecordWriter, records: readonly Outgoing[]): TopicMessages[] {
  const byTopic = new Map<string, Message[]>();
  for (const record of records) {
    const topic = cluster.topicName(record.topic);
    const messages = byTopic.get(topic) ?? [];
    messages.push(messageOf(writer, record));
    byTopic.set(topic, messages);
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
}

/**
 * The same messages in requests that no topic finds too large: a request has one batch a partition, and brokers take batches up to
 * a mebibyte. A message that is larger by itself is alone.
 */
export function partsOf(topicMessages: readonly TopicMessages[]): TopicMessages[][] {
  const parts: TopicMessages[][] = [];
  let room = 0;
  for (const { topic, messages } of topicMessages) {
    for (const message of messages) {
      const bytes = (message.value?.length ?? 0) + MESSAGE_BYTES;
      if (bytes > room) {
        parts.push([]);
        room = PART_BYTES;
      }
      room -= bytes;
      const part = parts.at(-1) ?? [];
      const last = part.at(-1);
      if (last?.topic === topic) last.messages.push(message);
      else part.push({ topic, messages: [message] });
    }
  }
  return parts;
}

const PART_BYTES = 900_000;
/** Key, headers and frame. */
const MESSAGE_BYTES = 300;

export function publishedOf(metadata: readonly RecordMetadata[]): readonly Published[] {
  return metadata.map(({ topicName, partition, baseOffset }) => ({
    topic: topicName,
    partition,
    firstOffset: Number(baseOffset),
  }));
}

function messageOf(writer: RecordWriter, { topic, key, value, timestamp, headers }: Outgoing): Message {
  return {
    key,
    value: value === null ? null : writer.encode(topic, value),
    timestamp: String(timestamp),
    ...(headers ? { headers } : {}),
  };
}
