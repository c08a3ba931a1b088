import { sleep } from './clock.js';

/** Settles like `work`, unless `ms` pass or `signal` aborts first: then with the error that `late` makes, or the abort. */
export async function within<T>(
  work: Promise<T>,
  options: { readonly ms: number; readonly signal?: AbortSignal | undefined; readonly late: () => Error },
): Promise<T> {
  const done = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, done.signal]) : done.signal;
  const timeout = sleep(options.ms, signal).then(
    () => Promise.reject(options.late()),
    (abort: unknown) => Promise.reject(abort as Error),
  );
  try {
    return await Promise.race([work, timeout]);
  } finally {
    // Whoever loses the race is nobody's concern any more.
    work.catch(() => undefined);
    timeout.catch(() => undefined);
    done.abort();
  }
}
