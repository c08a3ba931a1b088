import { Pauses } from './pauses.js';

/** What the client would fetch. */
class Client {
  calls = 0;
  readonly paused = new Set<number>();

  pause = ([topic]: { partitions?: number[] }[]): void => {
    this.calls++;
    for (const partition of topic?.partitions ?? []) this.paused.add(partition);
  };

  resume = ([topic]: { partitions?: number[] }[]): void => {
    for (const partition of topic?.partitions ?? []) this.paused.delete(partition);
  };
}

describe('Pauses', () => {
  it('pause and resume what has changed, and say nothing when nothing has', () => {
    const client = new Client();
    const pauses = new Pauses(client, 't');
    pauses.apply([0, 1, 2], (partition) => partition > 0);
    pauses.apply([0, 1, 2], (partition) => partition > 0);
    expect([...client.paused]).toEqual([1, 2]);
    expect(client.calls).toBe(1);
    pauses.apply([0, 1, 2], (partition) => partition === 0);
    expect([...client.paused]).toEqual([0]);
  });

  it('clear what a former assignment left, because pauses survive in the client', () => {
    const client = new Client();
    const pauses = new Pauses(client, 't');
    pauses.apply([0, 1], () => true);
    pauses.forget();
    pauses.apply([1, 2], () => false);
    expect(client.paused.has(1)).toBe(false);
  });
});
