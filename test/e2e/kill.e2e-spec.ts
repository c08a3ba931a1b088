import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { Migration } from './migration.js';
import { seed, size, timeoutMs } from './sizes.js';

/** SIGKILL at random moments of the first pass, to pollers and loaders alike, several replicas of each. */
describe('a migration whose services are killed', () => {
  let migration: Migration;

  beforeAll(async () => {
    migration = await Migration.start({
      seed: seed + 1,
      contacts: size(2000, 10_000),
      lists: size(8, 30),
      campaigns: size(8, 40),
      loaders: 2,
      pollers: 2,
    });
  }, timeoutMs);

  afterAll(async () => {
    expect(await migration.stop()).toBe(0);
  }, timeoutMs);

  it(
    'ends equal, with nothing doubled and no moment of wrong mailability (invariants 1 to 7)',
    async () => {
      const kills = killAtRandom(migration, size(10, 100));
      const report = await migration.pass();
      kills.stop();
      expect(kills.done()).toBeGreaterThan(size(5, 50));
      expect(migration.differences()).toBe('');
      expect(migration.wrongMoments()).toEqual([]);
      expect(report.accounted).toBe(true);
      for (const stream of Object.values(report.streams)) expect(stream.topic).toBe(stream.source);
    },
    timeoutMs,
  );
});

function killAtRandom(migration: Migration, times: number) {
  const plan = fc.sample(
    fc.record({
      service: fc.constantFrom('poller' as const, 'loader' as const),
      index: fc.integer({ min: 0, max: 1 }),
      afterMs: fc.integer({ min: 200, max: 3000 }),
    }),
    { numRuns: times, seed },
  );
  let done = 0;
  let stopped = false;
  const work = (async () => {
    for (const { service, index, afterMs } of plan) {
      await sleep(afterMs);
      if (stopped) return;
      await migration.portage.kill(service, index);
      done += 1;
    }
  })();
  return {
    done: () => done,
    stop: () => {
      stopped = true;
      void work;
    },
  };
}
