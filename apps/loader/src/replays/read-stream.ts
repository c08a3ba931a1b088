import { readBounded, type TakenRecord } from '@portage/kafka';
import { type Stream, type Values } from '@portage/records';
import { endsOf, offsetsOf, type RunContext } from './run-context.js';

type Reading = Pick<RunContext, 'parts' | 'plan' | 'signal'>;

/** Reads a stream up to the replay's end, of all connections; from the beginning, or from what is stored of each partition. */
export async function readStream<S extends Stream>(
  { parts, plan, signal }: Reading,
  stream: S,
  onRecords: (partition: number, records: readonly TakenRecord<Values[S]>[]) => Promise<void>,
  positions: Readonly<Record<string, number>> = {},
): Promise<void> {
  const ends = endsOf(plan, stream);
  const stored = offsetsOf(positions);
  await readBounded<S>({
    cluster: parts.cluster,
    registry: parts.registry,
    topic: stream,
    from: new Map([...ends].map(([partition]) => [partition, stored.get(partition) ?? 0])),
    to: ends,
    signal,
    onRecords,
  });
}

export function hasValue<V>(record: TakenRecord<V>): record is TakenRecord<V> & { readonly value: V } {
  return 'value' in record && record.value !== null;
}
