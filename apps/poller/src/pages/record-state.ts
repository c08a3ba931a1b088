import { type TakenRecord } from '@portage/kafka';
import { contentHash, parseKey, type Topic, type Values } from '@portage/records';

/** Streams whose topics hold one present state per key. */
export type StatefulStream = 'lists' | 'contacts' | 'suppressions';

/** Topics of which it is kept what was last published; of dead letters, that they were. */
export const KEPT_TOPICS = ['lists', 'contacts', 'suppressions', 'dead-letters'] as const satisfies readonly Topic[];
type KeptTopic = (typeof KEPT_TOPICS)[number];

/** What was last published under a key, as it will stand once the page is in Kafka. */
export interface RecordState {
  readonly stream: KeptTopic;
  readonly sourceId: string;
  readonly hash: string;
  readonly version: number;
  readonly value: object;
}

/** What is stored instead of a hash for what the source has no more: whatever comes back differs from it. */
export const GONE = 'gone';

/** What a published record says about its key: the same that was to be kept when it was published. Pure. */
export function stateOf<T extends KeptTopic>(topic: T, record: TakenRecord<Values[T]>): RecordState[] {
  const sourceId = parseKey(record.key)?.sourceId;
  // What cannot be read back is not known, so the next read publishes it anew.
  if (sourceId === undefined || 'undecodable' in record || record.value === null) return [];
  if (!('meta' in record.value)) return [letterState(sourceId, record.timestamp)];
  const { meta, ...value } = record.value;
  const hash = meta.op === 'delete' ? GONE : contentHash(record.value);
  return [{ stream: topic, sourceId, hash, version: meta.version, value }];
}

/** A dead letter is kept by the fingerprint of its row, so that it is published once. */
export function letterState(fingerprint: string, observedAt: number): RecordState {
  return { stream: 'dead-letters', sourceId: fingerprint, hash: fingerprint, version: observedAt, value: {} };
}
