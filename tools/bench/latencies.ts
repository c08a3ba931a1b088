/** Milliseconds that half, and 99 of a hundred, of the calls took at most. */
export interface Latencies {
  readonly p50: number;
  readonly p99: number;
}

/** Calls `work` so many times, by so many callers at once, each of which waits for its answer. */
export async function latenciesOf(work: () => Promise<void>, calls: number, callers: number): Promise<Latencies> {
  const taken: number[] = [];
  let left = calls;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const begun = performance.now();
      await work();
      taken.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  taken.sort((a, b) => a - b);
  return { p50: at(taken, 0.5), p99: at(taken, 0.99) };
}

function at(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return Math.round(value * 100) / 100;
}
