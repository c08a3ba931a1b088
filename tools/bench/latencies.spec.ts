import { latenciesOf } from './latencies.js';

it('makes as many calls as asked for, never more at once than there are callers', async () => {
  let calls = 0;
  let running = 0;
  let most = 0;
  const { p50, p99 } = await latenciesOf(
    async () => {
      calls += 1;
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    },
    100,
    7,
  );
  expect([calls, most]).toEqual([100, 7]);
  expect(p99).toBeGreaterThanOrEqual(p50);
});
