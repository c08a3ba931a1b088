import { afterCommand, fingerprintOf, type ReplayRequest, type ReplayState } from './replay.js';

const request: ReplayRequest = {
  connectionId: 'c1',
  targetConnectionId: 'c2',
  streams: ['lists', 'contacts'],
  from: null,
  to: null,
  people: ['p1', 'p2'],
  lists: null,
  mode: 'dry',
  rate: 0.5,
  dryRunId: null,
  yes: false,
};

describe('the state of a replay', () => {
  it.each<[ReplayState, 'start' | 'pause' | 'cancel', ReplayState | undefined]>([
    ['created', 'start', 'running'],
    ['created', 'pause', undefined],
    ['created', 'cancel', 'cancelled'],
    ['running', 'start', 'running'],
    ['running', 'pause', 'paused'],
    ['paused', 'pause', 'paused'],
    ['paused', 'start', 'running'],
    ['paused', 'cancel', 'cancelled'],
    ['done', 'start', 'done'],
    ['done', 'cancel', undefined],
    ['cancelled', 'start', undefined],
    ['failed', 'start', undefined],
  ])('%s, told to %s: %s', (state, command, next) => {
    expect(afterCommand(state, command)).toBe(next);
  });
});

describe('what a dry run vouches for', () => {
  it('is the same selection for the same target, in whatever order, mode and pace', () => {
    const same = {
      ...request,
      mode: 'write',
      rate: 1,
      streams: ['contacts', 'lists'],
      people: ['p2', 'p1', 'p1'],
    } as const;
    expect(fingerprintOf(same)).toBe(fingerprintOf(request));
  });

  it.each<Partial<ReplayRequest>>([
    { targetConnectionId: 'c3' },
    { streams: ['contacts'] },
    { people: null },
    { lists: ['l1'] },
    { from: { time: 1 } },
  ])('is not %j', (changes) => {
    expect(fingerprintOf({ ...request, ...changes })).not.toBe(fingerprintOf(request));
  });
});
