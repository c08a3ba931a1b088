import { type Outgoing } from '@portage/kafka';
import { contentHash, keyOf, type Meta, type Operation, type Values } from '@portage/records';
import { GONE, type RecordState, type StatefulStream } from './record-state.js';

type ContentOf<S extends StatefulStream> = Omit<Values[S], 'meta'>;

/** Of a record, what was last published. */
export interface KnownRecord {
  readonly hash: string;
  readonly version: number;
  readonly runId: string;
}

/** Where and when something was observed. */
export interface Origin {
  readonly connectionId: string;
  readonly accountId: string;
  readonly runId: string;
  readonly observedAt: number;
  /** Whether this is the first full read. */
  readonly first: boolean;
  /** Publish what is unchanged too, once a pass. */
  readonly republish: boolean;
}

export interface Change {
  readonly outgoing: Outgoing;
  readonly state: RecordState;
  /** Whether this pass has not published the key before. */
  readonly newInRun: boolean;
}

/**
 * The record to publish for something observed, or null when it is what was last published. Pure.
 *
 * Observing later is knowing better, whatever the source's own dates say, so the version is the time of observation, and
 * always above the last one. Invariant 6 rests on it.
 */
export function changeOf<S extends StatefulStream>(
  stream: S,
  sourceId: string,
  content: ContentOf<S>,
  known: KnownRecord | undefined,
  origin: Origin,
): Change | null {
  const hash = contentHash(content as Values[S]);
  const forced = origin.republish && known?.runId !== origin.runId;
  if (known?.hash === hash && !forced) return null;
  return stamped(
    stream,
    sourceId,
    { content, hash, op: origin.first && !known ? 'snapshot' : 'upsert' },
    known,
    origin,
  );
}

/** The record that says that the source has it no more; it carries the last known value. */
export function deletionOf<S extends StatefulStream>(
  stream: S,
  sourceId: string,
  content: ContentOf<S>,
  known: KnownRecord,
  origin: Origin,
): Change {
  return stamped(stream, sourceId, { content, hash: GONE, op: 'delete' }, known, origin);
}

function stamped<S extends StatefulStream>(
  stream: S,
  sourceId: string,
  next: { readonly content: ContentOf<S>; readonly hash: string; readonly op: Operation },
  known: KnownRecord | undefined,
  origin: Origin,
): Change {
  const { connectionId, accountId, runId, observedAt } = origin;
  const version = Math.max(observedAt, (known?.version ?? 0) + 1);
  const meta: Meta = { op: next.op, connectionId, accountId, runId, observedAt, version };
  const outgoing = {
    topic: stream,
    key: keyOf(connectionId, sourceId),
    value: { ...next.content, meta },
    timestamp: observedAt,
  } as unknown as Outgoing;
  const state = { stream, sourceId, hash: next.hash, version, value: next.content };
  return { outgoing, state, newInRun: known?.runId !== runId };
}

/** How many records and keys of each stream a page publishes. */
export function publishedCounts(changes: readonly Change[]): { stream: string; count: number; keys: number }[] {
  const counts = new Map<string, { stream: string; count: number; keys: number }>();
  for (const { state, newInRun } of changes) {
    const entry = counts.get(state.stream) ?? { stream: state.stream, count: 0, keys: 0 };
    entry.count += 1;
    entry.keys += newInRun ? 1 : 0;
    counts.set(state.stream, entry);
  }
  return [...counts.values()];
}
