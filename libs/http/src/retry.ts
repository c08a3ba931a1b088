import { isPortageError, sleep } from '@portage/platform';

export interface RetryOptions {
  readonly attempts: number;
  readonly baseMs: number;
  readonly capMs: number;
  readonly signal?: AbortSignal;
  /** Called before each wait, for metrics. */
  readonly onRetry?: (error: unknown, waitMs: number) => void;
}

/**
 * Repeats work that fails with disposition `retry` or `throttle`; everything else passes through at once.
 * Waits are exponential with full jitter, at least what the other side asked for. A `throttle` does not use up an attempt:
 * being told to wait is not a failure.
 */
export async function withRetry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  let failures = 0;
  let throttles = 0;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await work(failures + throttles);
    } catch (error) {
      if (!isPortageError(error)) throw error;
      if (error.disposition === 'throttle') throttles += 1;
      else if (error.disposition === 'retry') failures += 1;
      else throw error;
      if (failures >= options.attempts || throttles >= options.attempts * 10) throw error;
      const waitMs = Math.max(
        error.retryAfterMs ?? 0,
        Math.random() * Math.min(options.capMs, options.baseMs * 2 ** (failures + throttles)),
      );
      options.onRetry?.(error, waitMs);
      await sleep(waitMs, options.signal);
    }
  }
}
