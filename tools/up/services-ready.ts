import { sleep } from '@portage/platform';
import { type Replica, urlOf } from './replicas.js';

const remindMs = 30_000;

/** Waits until every replica says that it is ready; says which do not from time to time. */
export async function untilServicesReady(
  replicas: readonly Replica[],
  say: (words: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let waiting = replicas;
  let remindAt = Date.now() + remindMs;
  for (;;) {
    const answers = await Promise.all(waiting.map(isReady));
    waiting = waiting.filter((_, index) => !answers[index]);
    if (waiting.length === 0) return;
    if (Date.now() > remindAt) {
      say(`still waiting for ${waiting.map(({ service, number }) => `${service}-${number}`).join(', ')}; see the logs`);
      remindAt = Date.now() + remindMs;
    }
    await sleep(100, signal);
  }
}

async function isReady({ port }: Replica): Promise<boolean> {
  try {
    const response = await fetch(`${urlOf(port)}/health/ready`, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
