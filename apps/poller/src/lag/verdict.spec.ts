import { type Sample, type Verdict, verdictOf, worstOf } from './verdict.js';

const SIZE = 4;

/** `[current, end]` each; what lies behind the group is unread, unless said otherwise. */
function window(positions: readonly (readonly [number | null, number])[], rest: Partial<Sample> = {}): Sample[] {
  return positions.map(([current, end]) => {
    const lag = Math.max(0, end - (current ?? 0));
    return { current, end, lag, unread: lag > 0, attendedAt: null, members: 1, ...rest };
  });
}
const attended = (times: readonly (number | null)[]): Sample[] =>
  times.map((attendedAt) => ({ current: 10, end: 20, lag: 10, unread: true, attendedAt, members: 1 }));
const still = (current: number | null, end: number) => Array.from({ length: SIZE }, () => [current, end] as const);

interface Case {
  readonly what: string;
  readonly samples: Sample[];
  readonly verdict: Verdict | null;
  readonly planned?: boolean;
}

const moving = [
  [10, 20],
  [12, 25],
  [14, 30],
  [16, 35],
] as const;
const rewinding = [
  [20, 20],
  [20, 20],
  [5, 20],
  [8, 20],
] as const;

describe('the verdict on a partition', () => {
  it.each<Case>([
    { what: 'nothing measured yet', samples: [], verdict: null },
    { what: 'a window that is not full', samples: window(moving.slice(1)), verdict: null },
    { what: 'a rewind before the window is full', samples: window(rewinding.slice(1)), verdict: null },
    { what: 'nothing to read', samples: window(still(20, 20)), verdict: 'ok' },
    { what: 'nothing to read and nobody there', samples: window(still(20, 20), { members: 0 }), verdict: 'ok' },
    { what: 'an empty partition without a commit', samples: window(still(null, 0)), verdict: 'ok' },
    { what: 'markers only behind the group', samples: window(still(19, 20), { unread: false }), verdict: 'ok' },
    {
      what: 'a lag that was worked off once',
      samples: window([
        [10, 20],
        [20, 20],
        [20, 24],
        [20, 24],
      ]),
      verdict: 'ok',
    },
    {
      what: 'a lag that shrank once',
      samples: window([
        [10, 20],
        [12, 25],
        [20, 30],
        [21, 40],
      ]),
      verdict: 'ok',
    },
    {
      what: 'a lag that stays the same while the group moves',
      samples: window([
        [10, 20],
        [11, 21],
        [12, 22],
        [13, 23],
      ]),
      verdict: 'ok',
    },
    { what: 'a group that moves and falls behind', samples: window(moving), verdict: 'warn' },
    { what: 'a group that stands still, with members', samples: window(still(10, 20)), verdict: 'stalled' },
    {
      what: 'a group that stands still and says anew that what comes next waits',
      samples: attended([null, 1000, 1000, 2000]),
      verdict: 'ok',
    },
    { what: 'a group that has fallen silent since', samples: attended([1000, 1000, 1000, 1000]), verdict: 'stalled' },
    { what: 'a group that has taken its word back', samples: attended([1000, null, null, null]), verdict: 'stalled' },
    {
      what: 'a group that said so and is gone',
      samples: attended([1000, 2000, 2000, 2000]).map((sample) => ({ ...sample, members: 0 })),
      verdict: 'stopped',
    },
    { what: 'a group that never began, with members', samples: window(still(null, 20)), verdict: 'stalled' },
    {
      what: 'a group that stands still while more comes',
      samples: window(moving.map(([, end]) => [10, end])),
      verdict: 'stalled',
    },
    { what: 'nobody there', samples: window(still(10, 20), { members: 0 }), verdict: 'stopped' },
    { what: 'nobody who ever began', samples: window(still(null, 20), { members: 0 }), verdict: 'stopped' },
    { what: 'a group that was put back', samples: window(rewinding), verdict: 'rewound' },
    {
      what: 'a group that was put back and has regained its place',
      samples: window([
        [20, 20],
        [5, 20],
        [12, 20],
        [20, 20],
      ]),
      verdict: 'ok',
    },
    { what: 'a planned replay that was put back', samples: window(rewinding), planned: true, verdict: 'ok' },
    {
      what: 'a planned replay that stands still',
      samples: window(still(10, 20)),
      planned: true,
      verdict: 'ok',
    },
    { what: 'a topic that ends before the group', samples: window(still(20, 5)), verdict: 'rewound' },
  ])('$what: $verdict', ({ samples, verdict, planned = false }) => {
    expect(verdictOf(samples, { size: SIZE, planned })).toBe(verdict);
  });

  it.each([
    [[], null],
    [[null, null], null],
    [[null, 'ok'], 'ok'],
    [['ok', 'stalled', 'warn'], 'stalled'],
    [['rewound', 'stopped'], 'rewound'],
  ] as const)('of a group is the worst of %j: %s', (verdicts, worst) => {
    expect(worstOf(verdicts)).toBe(worst);
  });
});
