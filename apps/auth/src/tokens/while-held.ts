import { type Lease, type Leases } from '@portage/persistence';
import { sleep } from '@portage/platform';

/**
 * Does `work` while the lease is renewed beside it: a turn at the token endpoint may be longer in coming than a lease lives, when
 * many connections share a client id. `work` is aborted when the lease is lost.
 */
export async function whileHeld<T>(
  held: { readonly leases: Leases; readonly lease: Lease; readonly renewEveryMs: number; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const done = new AbortController();
  const renewing = renewUntil(AbortSignal.any([done.signal, held.signal]), held, () => lost.abort());
  try {
    return await work(AbortSignal.any([held.signal, lost.signal]));
  } finally {
    done.abort();
    await renewing;
  }
}

async function renewUntil(
  end: AbortSignal,
  { leases, lease, renewEveryMs }: Parameters<typeof whileHeld>[0],
  onLost: () => void,
): Promise<void> {
  try {
    for (;;) {
      await sleep(renewEveryMs, end);
      if (!(await leases.renew(lease))) return onLost();
    }
  } catch {
    // The end of the work, or a database that does not answer: then the lease cannot be counted on either.
    if (!end.aborted) onLost();
  }
}
