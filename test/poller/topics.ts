import { readBounded } from '@portage/kafka';
import { type Topic, type Values } from '@portage/records';
import { type TestKafka } from '../kafka.js';

export interface Read<V> {
  readonly key: string;
  readonly value: V;
}

/** Every committed record of a topic, decoded. */
export async function readTopic<T extends Topic>(
  { cluster, registry }: TestKafka,
  topic: T,
): Promise<Read<Values[T]>[]> {
  const all: Read<Values[T]>[] = [];
  await readBounded({
    cluster,
    registry,
    topic,
    from: 'start',
    signal: AbortSignal.timeout(60_000),
    onRecords: (_partition, records) => {
      for (const record of records) {
        if (!('value' in record) || record.value === null) throw new Error(`an unreadable record on ${topic}`);
        all.push({ key: record.key, value: record.value });
      }
      return Promise.resolve();
    },
  });
  return all;
}

/** The newest record of each key: what compaction leaves. */
export function compacted<V>(records: readonly Read<V>[]): Map<string, V> {
  return new Map(records.map(({ key, value }) => [key, value]));
}
