import { type Lease, type Leases } from '@portage/persistence';
import { describeError, isAbort, type Logger, sleep } from '@portage/platform';

/**
 * Runs `work` while the lease is renewed, and aborts it when the lease is lost or could not be renewed in time. Not to know
 * counts as lost: somebody else may hold it by then.
 */
export async function whileLeased<T>(
  options: { readonly leases: Leases; readonly lease: Lease; readonly ttlMs: number; readonly logger: Logger },
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const done = new AbortController();
  const keeping = keepRenewing(options, lost, AbortSignal.any([signal, done.signal]));
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    done.abort();
    await keeping;
  }
}

async function keepRenewing(
  { leases, lease, ttlMs, logger }: { leases: Leases; lease: Lease; ttlMs: number; logger: Logger },
  lost: AbortController,
  signal: AbortSignal,
): Promise<void> {
  let renewedAt = Date.now();
  try {
    for (;;) {
      await sleep(ttlMs / 4, signal);
      const askedAt = Date.now();
      const kept = await leases.renew(lease).catch((error: unknown) => {
        logger.warn({ lease: lease.key, err: describeError(error) }, 'a lease could not be renewed');
        return undefined;
      });
      if (kept) renewedAt = askedAt;
      if (kept === false || Date.now() - renewedAt >= ttlMs) {
        lost.abort();
        return;
      }
    }
  } catch (error) {
    if (!isAbort(error)) throw error;
  }
}
