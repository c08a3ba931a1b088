import { type ReadInput, readsEverybodyAtOnce, sweepsAtLast } from './contacts-plan.js';
import { beginWalk } from './counted-walk.js';

const now = 1_000_000_000_000;
const hour = 3_600_000;
const usual: ReadInput = {
  run: { snapshot: false, republish: false },
  cursor: { through: now - hour, walkedAt: now - hour },
  contacts: 200_000,
  schedule: '0 * * * *',
  callsPerDay: 10_000,
};

describe('whether a pass reads everybody before anything else', () => {
  it.each<[string, Partial<ReadInput>, boolean]>([
    ['a large account, hourly', {}, false],
    ['the first time', { cursor: {} }, true],
    ['when the first read is not complete', { cursor: { walk: { ...beginWalk, startedAt: now } } }, true],
    ['a snapshot that was asked for', { run: { snapshot: true, republish: false } }, true],
    ['when everything is published again', { run: { snapshot: false, republish: true } }, true],
    ['an account of a size that is cheap hourly', { contacts: 60_000 }, true],
    ['the same, every ten minutes', { contacts: 60_000, schedule: '*/10 * * * *' }, false],
    ['without a schedule', { schedule: 'off' }, true],
    ['without a schedule, an account that takes most of a day', { schedule: 'off', contacts: 2_000_000 }, false],
  ])('%s', (_name, input, expected) => {
    expect(readsEverybodyAtOnce({ ...usual, ...input })).toBe(expected);
  });
});

describe('whether a pass sweeps at last', () => {
  const open = { ...beginWalk, startedAt: now - 3 * hour };
  it.each([
    ['an hour after the last full read', false, { walkedAt: now - hour }, 'no'],
    ['a day after it', false, { walkedAt: now - 24 * hour }, 'spare'],
    ['when one was put off', false, { walkedAt: now - hour, walk: open }, 'spare'],
    ['when somebody asked', true, { walkedAt: now - hour }, 'asked'],
    ['when this pass has read everybody already', true, { walkedAt: now }, 'no'],
  ])('%s', (_name, sweep, cursor, expected) => {
    expect(sweepsAtLast({ sweep, snapshot: false, republish: false, requestedAt: now - 1000 }, cursor, now)).toBe(
      expected,
    );
  });
});
