import { markKey, type Stream } from '@portage/records';
import { type Pass } from './pass.js';

/**
 * States that these streams were read completely, up to the offsets at which their topics end now. Every record of the pass
 * was acknowledged before, so all of them lie below.
 */
export async function publishMarks(pass: Pass, streams: readonly Stream[]): Promise<void> {
  const completedAt = Date.now();
  const { connectionId } = pass;
  const outgoing = [];
  for (const stream of streams) {
    const endOffsets = await pass.ends(stream);
    const value = { connectionId, stream, runId: pass.run.runId, completedAt, endOffsets };
    outgoing.push({ topic: 'marks', key: markKey(value), value, timestamp: completedAt } as const);
  }
  const readFrom = pass.run.startedAt ?? completedAt;
  await pass.publish({
    observedAt: completedAt,
    outgoing,
    effects: { fresh: streams.map((stream) => ({ stream, at: readFrom })) },
  });
}
