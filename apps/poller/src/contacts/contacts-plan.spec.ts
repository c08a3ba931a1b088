import { walksEverybody, type WalkInput } from './contacts-plan.js';

const now = 1_000_000_000_000;
const usual: WalkInput = {
  run: { first: false, sweep: false },
  cursor: { through: now - 3_600_000, walkedAt: now - 3_600_000 },
  contacts: 200_000,
  schedule: '0 * * * *',
  callsPerDay: 10_000,
  now,
};

describe('whether a pass reads everybody', () => {
  it.each<[string, Partial<WalkInput>, boolean]>([
    ['a large account, hourly', {}, false],
    ['the first time', { run: { first: true, sweep: false } }, true],
    ['when asked for', { run: { first: false, sweep: true } }, true],
    ['an account of a size that is cheap hourly', { contacts: 60_000 }, true],
    ['the same, every ten minutes', { contacts: 60_000, schedule: '*/10 * * * *' }, false],
    ['without a schedule', { schedule: 'off' }, true],
    ['a day after the last time', { cursor: { through: now, walkedAt: now - 86_400_000 } }, true],
    ['when no walk was ever completed', { cursor: {} }, true],
  ])('%s', (_name, input, expected) => {
    expect(walksEverybody({ ...usual, ...input })).toBe(expected);
  });
});
