import { attendedAt, attendedNote } from './attendance.js';
import { type Commit, CommitFollower } from './commit-follower.js';

class Broker {
  readonly commits: Record<number, number>[] = [];
  readonly notes: string[] = [];
  readonly waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  commit = (commits: ReadonlyMap<number, Commit>): Promise<void> => {
    this.commits.push(Object.fromEntries([...commits].map(([partition, { position }]) => [partition, position])));
    this.notes.push(...[...commits.values()].map(({ note }) => note));
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

  it('says something of a position that does not move, and nothing of one that it does not know', async () => {
    const broker = new Broker();
    const follower = new CommitFollower(broker.commit);
    follower.begin(3, 9);
    follower.remark(3, attendedNote(17));
    follower.remark(4, attendedNote(17));
    const done = follower.flush();
    await broker.answer();
    await done;
    expect(broker.commits).toEqual([{ 3: 9 }]);
    expect(broker.notes.map(attendedAt)).toEqual([17]);
    expect([null, '', 'attended', 'attended by 5'].map(attendedAt)).toEqual([null, null, null, null]);
  });

  it('takes the word back with the next position', async () => {
    const broker = new Broker();
    const follower = new CommitFollower(broker.commit);
    follower.begin(3, 9);
    follower.remark(3, attendedNote(17));
    follower.want(3, 10);
    const done = follower.flush();
    await broker.answer();
    await done;
    expect([broker.commits, broker.notes]).toEqual([[{ 3: 10 }], ['']]);
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
