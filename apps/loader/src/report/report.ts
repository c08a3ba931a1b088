import { readBounded } from '@portage/kafka';
import { PortageError } from '@portage/platform';
import { parseKey, type Stream, STREAMS } from '@portage/records';
import { type Connection } from '../connections/connection.js';
import { type LoaderParts } from '../loader-parts.js';
import { type Outcomes, readOutcomes, totalOf } from './outcomes.js';
import { timingOf } from '../timing.js';
import { type ReadBack, readBack } from './read-back.js';

export interface Report {
  readonly topic: Readonly<Record<Stream, number>>;
  readonly outcomes: Readonly<Record<Stream, Outcomes>>;
  readonly klaviyo: ReadBack;
  readonly calls: Readonly<Record<string, number>>;
}

/**
 * What became of everything of a connection since it began: what the topics hold, its fate, and what Klaviyo says.
 *
 * @throws PortageError `loader.unknown_connection` (skip)
 */
export async function composeReport(parts: LoaderParts, connectionId: string, signal: AbortSignal): Promise<Report> {
  const { connections, targets, database, calls, environment } = parts;
  await connections.refresh();
  const connection = connections.get(connectionId);
  const target = targets.of(connectionId);
  if (!connection || !target) throw unknownConnection();
  const topic = await countTopics(parts, connectionId, signal);
  const timing = timingOf(environment);
  const klaviyo = await readBack({
    database,
    target,
    connection,
    signal,
    readBackMs: timing.readBackMs,
    patienceMs: timing.reassertMs / 4,
  });
  const known = await readOutcomes(database, connectionId);
  // Of activities only those settled are counted: the others wait in the window.
  const deferred = Math.max(0, topic.activities - totalOf(known.activities));
  const outcomes = { ...known, activities: { ...known.activities, deferred } };
  return { topic, outcomes, klaviyo, calls: await calls.of(connectionId) };
}

/** Distinct keys on the compacted topics, records on the activities topic. */
async function countTopics(
  { cluster, registry }: LoaderParts,
  connectionId: Connection['id'],
  signal: AbortSignal,
): Promise<Record<Stream, number>> {
  const counts = await Promise.all(
    STREAMS.map(async (stream): Promise<[Stream, number]> => {
      const keys = new Set<string>();
      let records = 0;
      await readBounded({
        cluster,
        registry,
        topic: stream,
        from: 'start',
        signal,
        onRecords: (_partition, read) => {
          for (const record of read) {
            if (parseKey(record.key)?.connectionId !== connectionId) continue;
            if ('value' in record && record.value === null) keys.delete(record.key);
            else {
              records += 1;
              if (stream !== 'activities') keys.add(record.key);
            }
          }
          return Promise.resolve();
        },
      });
      return [stream, stream === 'activities' ? records : keys.size];
    }),
  );
  return Object.fromEntries(counts) as Record<Stream, number>;
}

export function unknownConnection(): PortageError {
  return new PortageError({
    code: 'loader.unknown_connection',
    disposition: 'skip',
    message: 'There is no such connection.',
  });
}
