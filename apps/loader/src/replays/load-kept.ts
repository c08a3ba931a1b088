import { type TakenRecord } from '@portage/kafka';
import { sleep } from '@portage/platform';
import { type Contact, parseKey, type Values } from '@portage/records';
import { readPrevious } from '../intake/records.js';
import { type KeptStream, loadBatch } from '../load-batch.js';
import { summedCounts } from '../report/outcomes.js';
import { transact } from '../transact.js';
import { reopenKnown, selectedOf, treatmentOf } from './known-records.js';
import { type LatestKeys } from './latest-keys.js';
import { keyAt, readdressed } from './origin.js';
import { FRESH_PASS_MS } from './outdated.js';
import { hasValue, readStream } from './read-stream.js';
import { type LeftOut, type StreamProgress } from './replay.js';
import { type SelectedRecord } from './replays.repository.js';
import { endsOf, offsetsOf, progressOf, type RunContext } from './run-context.js';
import { isCovered, type Readable } from './selector.js';

/**
 * Takes the selected records of a compacted stream into the ledger, through the same intake as live ones: from there on the
 * engine carries them like all others. A batch is stored, then counted; one that was stored and not counted is stored again,
 * which changes nothing (invariant 6).
 */
export async function loadKept<S extends KeptStream>(
  context: RunContext,
  stream: S,
  latest: LatestKeys,
): Promise<void> {
  const { replay, plan, held, group, signal } = context;
  let progress = progressOf(replay, stream);
  if (progress.finished) return;
  const onRecords = async (partition: number, records: readonly TakenRecord<Values[S]>[]): Promise<void> => {
    const batch = sortRecords(context, stream, latest, partition, records);
    await room(context, stream);
    await context.pace.people(batch.selected.length, signal);
    signal.throwIfAborted();
    const rows = [...batch.told, ...(await take(context, stream, partition, batch.selected))];
    progress = advanced(progress, partition, records, batch);
    await held.advance(stream, progress, rows);
    await group.commit(stream, offsetsOf(progress.positions));
  };
  await readStream(context, stream, onRecords, progress.positions);
  const ends = endsOf(plan, stream);
  progress = { ...progress, finished: true, positions: Object.fromEntries(ends) };
  await held.advance(stream, progress, []);
  await group.commit(stream, ends);
}

/** So many selected records may be without a fate before no more are taken in: pausing and cancelling act on what is left. */
const OPEN_ROWS = 25_000;
const LOOK_MS = 500;

async function room({ held, target, signal }: RunContext, stream: KeptStream): Promise<void> {
  if ((await held.open(stream)) < OPEN_ROWS) return;
  while ((await held.settle(stream, target.id)) >= OPEN_ROWS) await sleep(LOOK_MS, signal);
}

export interface Sorted<S extends KeptStream> {
  readonly selected: Readable<S>[];
  /** Selected, with a fate that is known at once. */
  readonly told: SelectedRecord[];
  readonly leftOut: LeftOut[];
}

/** What of a batch is replayed, and why the rest is not. */
export function sortRecords<S extends KeptStream>(
  { selector, plan, route }: Pick<RunContext, 'selector' | 'plan' | 'route'>,
  stream: S,
  latest: LatestKeys,
  partition: number,
  records: readonly TakenRecord<Values[S]>[],
): Sorted<S> {
  const sorted: Sorted<S> = { selected: [], told: [], leftOut: [] };
  for (const record of records) {
    if (parseKey(record.key)?.connectionId !== route.source) continue;
    const told = (outcome: string, reason: string) =>
      sorted.told.push({ key: keyAt(record.key, route), version: -1, outcome, reason });
    if (!latest.isLatest(record.key, record.offset)) sorted.leftOut.push('superseded');
    else if ('undecodable' in record) told('rejected', record.undecodable.code);
    else if (!hasValue(record)) sorted.leftOut.push('erased');
    else {
      const leftOut = selector.kept(stream, partition, record);
      if (leftOut !== null) sorted.leftOut.push(leftOut);
      // Invariant 3: somebody who is new can be mailed, so the pass has to be over that may hold an opt-out.
      else if (stream === 'contacts' && !isCovered(record.value.meta, plan.pass)) told('skipped', 'pass_incomplete');
      else sorted.selected.push(record);
    }
  }
  return sorted;
}

/** Into the ledger, as records of the target's connection. */
async function take<S extends KeptStream>(
  context: RunContext,
  stream: S,
  partition: number,
  selected: readonly Readable<S>[],
): Promise<SelectedRecord[]> {
  if (selected.length === 0) return [];
  const { parts, route, plan, target } = context;
  const { database, connections, deadLetters, environment } = parts;
  const lingerMs = environment.LOADER_LINGER_SECONDS * 1000;
  const records = selected.map((record) => readdressed<S>(record, route));
  const previous = await readPrevious(database, target.id, stream, records);
  const fresh = Date.now() - (plan.pass?.completedAt ?? 0) <= FRESH_PASS_MS;
  // In another account the engine itself tells who may be subscribed; in the source's own, records bear no origin.
  const mayDecide = fresh || route.source !== route.target;
  const treated = records.map((record) => {
    const treatment = treatmentOf(stream, record.value, previous.get(record.key), mayDecide);
    return { record, treatment };
  });
  await loadBatch({ database, connections, deadLetters, lingerMs }, stream, [{ partition, records }]);
  const known = treated.flatMap(({ record, treatment }) =>
    treatment.do === 'reopen' ? [{ key: record.key, value: record.value as Contact }] : [],
  );
  if (known.length > 0) {
    await transact(database, (queries) => reopenKnown(queries, target.id, route.target, known, lingerMs));
  }
  return treated.map(({ record, treatment }) => selectedOf(record.key, record.value.meta.version, treatment));
}

function advanced<S extends KeptStream>(
  progress: StreamProgress,
  partition: number,
  records: readonly TakenRecord<Values[S]>[],
  { selected, told, leftOut }: Sorted<S>,
): StreamProgress {
  const counts: Partial<Record<LeftOut, number>> = {};
  for (const reason of leftOut) counts[reason] = (counts[reason] ?? 0) + 1;
  return {
    ...progress,
    positions: { ...progress.positions, [String(partition)]: (records.at(-1)?.offset ?? -1) + 1 },
    read: progress.read + selected.length + told.length + leftOut.length,
    leftOut: summedCounts(progress.leftOut, counts),
  };
}
