import { type PortageError } from '@portage/platform';

/** Somebody waits for the answer: a browser on a page, or an admin's request. */
const patienceMs = 30_000;

/** Does work that waits for turns and repeats itself, but not for longer than a person would. */
export async function patiently<T>(
  work: (signal: AbortSignal) => Promise<T>,
  otherwise: () => PortageError,
  limitMs = patienceMs,
): Promise<T> {
  const signal = AbortSignal.timeout(limitMs);
  try {
    return await work(signal);
  } catch (error) {
    if (signal.aborted) throw otherwise();
    throw error;
  }
}
