import { type Leases } from '@portage/persistence';
import { sleep } from '@portage/platform';

export interface LeasedWork {
  readonly leases: Leases;
  readonly key: string;
  readonly ttlSeconds: number;
  readonly signal: AbortSignal;
}

/**
 * Runs work that one process at a time does, while this one holds its lease; the work's signal aborts when the lease is lost.
 *
 * @returns false when another process holds it
 */
export async function underLease(
  { leases, key, ttlSeconds, signal }: LeasedWork,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const lease = await leases.take(key);
  if (!lease) return false;
  const ended = new AbortController();
  const keeping = keep(leases, lease, ttlSeconds, ended);
  try {
    await work(AbortSignal.any([signal, ended.signal]));
  } finally {
    ended.abort();
    await keeping;
    await leases.release(lease);
  }
  return true;
}

async function keep(
  leases: Leases,
  lease: Parameters<Leases['renew']>[0],
  ttlSeconds: number,
  ended: AbortController,
): Promise<void> {
  while (!ended.signal.aborted) {
    const waited = await sleep((ttlSeconds * 1000) / 3, ended.signal).then(
      () => true,
      () => false,
    );
    if (waited && !(await leases.renew(lease).catch(() => false))) ended.abort();
  }
}
