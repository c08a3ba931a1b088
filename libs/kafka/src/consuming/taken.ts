import { type IHeaders, type KafkaMessage } from 'kafkajs';
import { type Topic, type Values } from '@portage/records';
import { type Decoded, type RecordReader } from '../record-reader.js';

/** A record handed over, not yet settled. `value` is null for a tombstone; `undecodable` says why it cannot be read. */
export type TakenRecord<V> = {
  readonly offset: number;
  readonly key: string;
  /** Milliseconds, as the producer set it. */
  readonly timestamp: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Size of key and value. */
  readonly bytes: number;
} & (Decoded<V> | { readonly value: null });

export interface TakenBatch<V> {
  /** Full name. */
  readonly topic: string;
  readonly partition: number;
  /** The assignment that it was taken under; settling needs it. */
  readonly generation: number;
  /** In offset order, never empty. */
  readonly records: readonly TakenRecord<V>[];
}

type RawMessage = Pick<KafkaMessage, 'offset' | 'key' | 'value' | 'timestamp' | 'headers'>;

export function takenRecord<T extends Topic>(reader: RecordReader<T>, message: RawMessage): TakenRecord<Values[T]> {
  const { key, value } = message;
  return {
    offset: Number(message.offset),
    key: key?.toString('utf8') ?? '',
    timestamp: Number(message.timestamp),
    headers: headersOf(message.headers),
    bytes: (key?.length ?? 0) + (value?.length ?? 0),
    ...(value === null ? { value: null } : reader.read(value)),
  };
}

function headersOf(headers: IHeaders | undefined): Readonly<Record<string, string>> {
  const entries = Object.entries(headers ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)]));
}
