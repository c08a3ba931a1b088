import { PortageError, sleep } from '@portage/platform';
import { type Topic, type Values } from '@portage/records';
import { type KafkaCluster } from './cluster.js';
import { type TakenRecord, takenRecord } from './consuming/taken.js';
import { type Chunk, DirectFetch } from './direct-fetch.js';
import { isProtocolError, kafkaError } from './errors.js';
import { type OffsetRange, offsetRanges, type Offsets, offsetsAt } from './offsets.js';
import { RecordReader } from './record-reader.js';
import { type SchemaRegistry } from './registry.js';

export interface BoundedRead<T extends Topic> {
  readonly cluster: KafkaCluster;
  readonly registry: SchemaRegistry;
  readonly topic: T;
  /** `start`, the first record not older than a time (ms), or offsets; partitions without an offset are left out. */
  readonly from: 'start' | { readonly timestamp: number } | Offsets;
  /** Where to stop, by partition; otherwise where the topic ends now. */
  readonly to?: Offsets;
  /** Records of one partition, in order. The next ones come when it has resolved. */
  readonly onRecords: (partition: number, records: readonly TakenRecord<Values[T]>[]) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface BoundedResult {
  readonly read: number;
  /** The ends that were read up to. */
  readonly ends: Offsets;
}

const WAIT_MS = 500;
const TRIES = 8;

/**
 * Reads what is on a topic now, and ends. It is in no group and commits nothing, so nobody's consumer notices. Running
 * transactions below the end are waited for. Offsets that are gone (expired, compacted, markers) are passed over.
 */
export async function readBounded<T extends Topic>(options: BoundedRead<T>): Promise<BoundedResult> {
  const { cluster, registry, topic, onRecords, signal } = options;
  const ranges = await offsetRanges(cluster, topic);
  const ends = new Map([...ranges].map(([partition, { end }]) => [partition, options.to?.get(partition) ?? end]));
  const positions = placed(await startOf(options, ranges), ranges);
  const reader = new RecordReader(topic, registry);
  const source = await openSource(cluster, topic);
  let read = 0;
  try {
    for (let left = unread(positions, ends); left.size > 0; left = unread(positions, ends)) {
      signal.throwIfAborted();
      const chunks = await patiently(source, left, signal);
      for (const [partition, { messages, next }] of chunks) {
        signal.throwIfAborted();
        const wanted = messages.filter((message) => Number(message.offset) < (ends.get(partition) ?? 0));
        await reader.learn(wanted.map((message) => message.value));
        if (wanted.length > 0)
          await onRecords(
            partition,
            wanted.map((message) => takenRecord(reader, message)),
          );
        read += wanted.length;
        positions.set(partition, next);
      }
    }
    return { read, ends };
  } finally {
    await source.close();
  }
}

async function startOf<T extends Topic>(
  { cluster, topic, from }: BoundedRead<T>,
  ranges: ReadonlyMap<number, OffsetRange>,
): Promise<Offsets> {
  if (from === 'start') return new Map([...ranges].map(([partition, { start }]) => [partition, start]));
  return 'timestamp' in from ? offsetsAt(cluster, topic, from.timestamp) : from;
}

/** What has expired cannot be read: the partition begins where it still has records. */
function placed(from: Offsets, ranges: ReadonlyMap<number, OffsetRange>): Map<number, number> {
  return new Map(
    [...from].map(([partition, offset]) => [partition, Math.max(offset, ranges.get(partition)?.start ?? 0)]),
  );
}

function unread(positions: Offsets, ends: Offsets): Offsets {
  return new Map([...positions].filter(([partition, position]) => position < (ends.get(partition) ?? 0)));
}

async function openSource(cluster: KafkaCluster, topic: Topic): Promise<DirectFetch> {
  try {
    return await DirectFetch.open(cluster, topic);
  } catch (error) {
    throw kafkaError(error);
  }
}

/** Retries for about half a minute: a broker that restarts is nothing unusual. */
async function patiently(source: DirectFetch, left: Offsets, signal: AbortSignal): Promise<ReadonlyMap<number, Chunk>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await progress(source, left);
    } catch (error) {
      if (isProtocolError(error, 'OFFSET_OUT_OF_RANGE')) throw expired(error);
      if (attempt === TRIES) throw kafkaError(error);
      await sleep(Math.min(100 * 2 ** attempt, 8_000), signal);
      await source.refresh().catch(() => undefined);
    }
  }
}

/** Where a fetch of many partitions brought nothing, one of them is asked for alone: only then is "nothing" certain. */
async function progress(source: DirectFetch, left: Offsets): Promise<ReadonlyMap<number, Chunk>> {
  const chunks = await source.fetch(left, WAIT_MS);
  if ([...chunks].some(([partition, { next }]) => next > (left.get(partition) ?? 0))) return chunks;
  const merged = new Map<number, Chunk>();
  for (const entry of left) {
    for (const [partition, chunk] of await source.fetch(new Map([entry]), WAIT_MS / 5)) merged.set(partition, chunk);
  }
  return merged;
}

function expired(cause: unknown): PortageError {
  return new PortageError({
    code: 'kafka.records_expired',
    disposition: 'halt',
    message: 'Records were removed from the topic while they were being read; read again from the start.',
    cause,
  });
}
