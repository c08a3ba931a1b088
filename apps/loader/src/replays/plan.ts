import { endOffsets } from '@portage/kafka';
import { type Stream, STREAMS } from '@portage/records';
import { type LoaderParts } from '../loader-parts.js';
import { type ReplayPlan } from './replay.js';

/**
 * Fixes where a replay ends. Activities come first: the marks of a pass are published before its activities, so whatever is
 * below these ends belongs to a pass whose mark can be known by now. Marks come next, and the other ends last, so that all that
 * the marks speak of lies below those.
 */
export async function makePlan(
  { cluster, database }: Pick<LoaderParts, 'cluster' | 'database'>,
  connectionId: string,
): Promise<ReplayPlan> {
  const activities = await endsOf(cluster, 'activities');
  const [mark] = await database.query<{ run_id: string; completed_at: string }>(
    `SELECT run_id, completed_at FROM ledger.marks WHERE connection_id = $1 AND stream = 'suppressions'`,
    [connectionId],
  );
  const others = await Promise.all(
    STREAMS.filter((stream) => stream !== 'activities').map(async (stream) => [stream, await endsOf(cluster, stream)]),
  );
  return {
    ends: { ...(Object.fromEntries(others) as ReplayPlan['ends']), activities },
    pass: mark ? { runId: mark.run_id, completedAt: Number(mark.completed_at) } : null,
  };
}

async function endsOf(cluster: LoaderParts['cluster'], stream: Stream): Promise<Record<string, number>> {
  return Object.fromEntries(await endOffsets(cluster, stream));
}
