import { sleep } from '@portage/platform';
import { type Stream, STREAMS } from '@portage/records';
import { type KeptStream } from '../load-batch.js';
import { noOutcomes, type Outcomes, summed, totalOf } from '../report/outcomes.js';
import { loadKept } from './load-kept.js';
import { openTarget, scanContacts } from './open-target.js';
import { withoutTarget } from './refusal.js';
import { type Replay, type ReplayReport, type StreamReport } from './replay.js';
import { progressOf, type RunContext } from './run-context.js';
import { meantContacts, scanLatest } from './scan-latest.js';
import { ActivityReplay } from './send-activities.js';

/**
 * A write replay from where it stands to its end: every suppression of the source first, seen in effect; then lists, people and
 * activities, as far as they are selected. What was taken in is carried to its end by the engine, whatever becomes of the replay.
 */
export async function runReplay(context: RunContext): Promise<void> {
  const { replay } = context;
  const wants = (stream: Stream) => replay.request.streams.includes(stream);
  await loadKept(context, 'suppressions', await scanLatest(context, 'suppressions'));
  await untilTold(context, 'suppressions');
  if (wants('lists')) await loadKept(context, 'lists', await scanLatest(context, 'lists'));
  await openTarget(context);
  if (wants('contacts')) await loadKept(context, 'contacts', await scanContacts(context));
  if (wants('lists')) await untilTold(context, 'lists');
  if (wants('contacts')) await untilTold(context, 'contacts');
  if (wants('activities')) await new ActivityReplay(context, await meantContacts(context)).run();
}

/** Waits until the ledger tells the fate of everything selected. */
async function untilTold({ held, target, parts, route, signal }: RunContext, stream: KeptStream): Promise<void> {
  for (;;) {
    const startedAt = Date.now();
    const open = await held.settle(stream, target.id);
    if (open === 0) break;
    const connection = parts.connections.get(route.target);
    if (!connection) throw withoutTarget();
    await held.waitsFor(connection.working ? null : 'The target connection is paused or its credential does not work.');
    // Looking at a million rows takes a while; it should not be all that the database does.
    await sleep(Math.max(LOOK_MS, (Date.now() - startedAt) * 3), signal);
  }
  await held.waitsFor(null);
}

const LOOK_MS = 500;

/** What has come of a replay so far: what is read is left out or selected, and what is selected has an outcome. */
export function reportOf(
  replay: Replay,
  counted: Readonly<Partial<Record<Stream, Outcomes>>>,
  dryRun: ReplayReport['dryRun'] = null,
): ReplayReport {
  const streams = STREAMS.map((stream): [Stream, StreamReport] => {
    const { read, leftOut, outcomes } = progressOf(replay, stream);
    const all = summed(outcomes, counted[stream] ?? noOutcomes);
    return [stream, { read, selected: totalOf(all), leftOut, outcomes: all }];
  });
  return { streams: Object.fromEntries(streams) as Record<Stream, StreamReport>, dryRun };
}
