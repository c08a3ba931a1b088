import { CommitFollower } from './commit-follower.js';

class Broker {
  readonly commits: Record<number, number>[] = [];
  readonly waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  commit = (positions: ReadonlyMap<number, number>): Promise<void> => {
    this.commits.push(Object.fromEntries(positions));
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  };

  async answer(error?: Error): Promise<void> {
    const request = this.waiting.shift();
    if (error) request?.reject(error);
    else request?.resolve();
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }
}

describe('CommitFollower', () => {
  it('commits one thing at a time, the newest of every partition', async () => {
    const broker = new Broker();
    const follower = new CommitFollower(broker.commit);
    follower.want(0, 5);
    const done = follower.flush();
    follower.want(0, 7);
    follower.want(0, 6);
    follower.want(1, 2);
    void follower.flush();
    expect(broker.commits).toEqual([{ 0: 5 }]);
    await broker.answer();
    expect(broker.commits).toEqual([{ 0: 5 }, { 0: 7, 1: 2 }]);
    await broker.answer();
    await done;
    await follower.flush();
    expect(broker.commits).toHaveLength(2);
  });

  it('still wants what could not be committed', async () => {
    const broker = new Broker();
    const follower = new CommitFollower(broker.commit);
    follower.want(3, 9);
    const failed = expect(follower.flush()).rejects.toThrow('rebalancing');
    await broker.answer(new Error('rebalancing'));
    await failed;
    void follower.flush();
    expect(broker.commits).toEqual([{ 3: 9 }, { 3: 9 }]);
  });

  it('forgets what belongs to a former assignment', async () => {
    const broker = new Broker();
    const follower = new CommitFollower(broker.commit);
    follower.want(3, 9);
    follower.clear();
    await follower.flush();
    expect(broker.commits).toEqual([]);
  });
});
