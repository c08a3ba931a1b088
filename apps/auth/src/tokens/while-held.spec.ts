import { type Lease, type Leases } from '@portage/persistence';
import { sleep } from '@portage/platform';
import { whileHeld } from './while-held.js';

const lease: Lease = { key: 'k', fence: 1 };

describe('whileHeld', () => {
  /** Leases whose renewals answer what is given, and then yes for ever. */
  const leasesOf = (...answers: readonly (boolean | Error)[]) => {
    let renewals = 0;
    const renew = (): Promise<boolean> => {
      const answer = answers[renewals] ?? true;
      renewals += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
    return { leases: { renew } as unknown as Leases, renewals: () => renewals };
  };
  const signal = new AbortController().signal;

  it('renews until the work is done, and no longer', async () => {
    const { leases, renewals } = leasesOf();
    const result = await whileHeld({ leases, lease, renewEveryMs: 1, signal }, async () => {
      while (renewals() < 3) await sleep(1);
      return 'done';
    });
    expect(result).toBe('done');
    const then = renewals();
    await sleep(10);
    expect(renewals()).toBe(then);
  });

  it.each([['lost', false] as const, ['in doubt', new Error('no database')] as const])(
    'aborts the work when the lease is %s',
    async (_name, answer) => {
      const { leases } = leasesOf(true, answer);
      const work = whileHeld({ leases, lease, renewEveryMs: 1, signal }, (lost) => sleep(60_000, lost));
      await expect(work).rejects.toMatchObject({ name: 'AbortError' });
    },
  );

  it('aborts the work when the process stops', async () => {
    const stopping = new AbortController();
    const { leases } = leasesOf();
    const work = whileHeld({ leases, lease, renewEveryMs: 60_000, signal: stopping.signal }, (lost) =>
      sleep(60_000, lost),
    );
    stopping.abort();
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  });

  it("passes on the work's own failure", async () => {
    const { leases } = leasesOf();
    const work = whileHeld({ leases, lease, renewEveryMs: 60_000, signal }, () => Promise.reject(new Error('own')));
    await expect(work).rejects.toThrow('own');
  });
});
