import { type LagReading, type PartitionReading } from './reading.js';
import { Windows } from './windows.js';

function reading(partitions: readonly Partial<PartitionReading>[], members = 1): LagReading {
  const full = partitions.map((each): PartitionReading => ({
    group: 'p.loader.contacts',
    topic: 'contacts',
    partition: 0,
    current: 5,
    start: 0,
    end: 10,
    unreadSince: 1000,
    attendedAt: null,
    ...each,
  }));
  return { at: 2000, partitions: full, members: new Map([['p.loader.contacts', members]]) };
}

const windows = (): Windows => new Windows({ size: 3, isPlanned: (group) => group.startsWith('p.replay.') });

describe('the windows of all partitions', () => {
  it('say nothing before they are full, and judge each partition by itself', () => {
    const judge = windows();
    const both = [{ partition: 0 }, { partition: 1, unreadSince: null }];
    expect(judge.judge(reading(both))).toEqual([null, null]);
    expect(judge.judge(reading(both))).toEqual([null, null]);
    expect(judge.judge(reading(both))).toEqual(['stalled', 'ok']);
    expect(judge.judge(reading(both, 0))).toEqual(['stopped', 'ok']);
  });

  it('slide: what is older than the window counts no more', () => {
    const judge = windows();
    judge.judge(reading([{ current: 9 }]));
    for (let times = 0; times < 2; times++) judge.judge(reading([{ current: 5 }]));
    expect(judge.judge(reading([{ current: 5 }]))).toEqual(['stalled']);
  });

  it.each([
    ['a topic that was re-created', { current: null, end: 1 }],
    ['a topic that was re-created and committed at once', { current: 1, end: 1 }],
    ['a group that was re-created', { current: null }],
  ])('begin anew with %s', (_what, next) => {
    const judge = windows();
    for (let times = 0; times < 3; times++) judge.judge(reading([{}]));
    expect(judge.judge(reading([next]))).toEqual([null]);
  });

  it('begin anew with a group that was gone for a moment', () => {
    const judge = windows();
    for (let times = 0; times < 3; times++) judge.judge(reading([{}]));
    expect(judge.judge(reading([]))).toEqual([]);
    expect(judge.judge(reading([{ current: 1 }]))).toEqual([null]);
  });

  it('let a planned replay go back', () => {
    const judge = windows();
    for (const current of [9, 2]) judge.judge(reading([{ group: 'p.replay.r1', current }]));
    expect(judge.judge(reading([{ group: 'p.replay.r1', current: 4 }]))).toEqual(['ok']);
  });
});
