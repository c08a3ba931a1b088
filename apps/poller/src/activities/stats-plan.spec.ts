import { statsPlan } from './stats-plan.js';

const DAY = 86_400_000;
const now = 100 * DAY;
const hourly = { passesPerDay: 24, callsPerDay: 10_000 };

describe('which counts a pass asks for', () => {
  it.each([
    ['all, while that is cheap', { all: 416, month: 40 }, { sentSince: 0, staleMs: DAY }],
    ['the last month, and all once a day', { all: 417, month: 40 }, { sentSince: now - 30 * DAY, staleMs: DAY }],
    ['all once a day, where the month alone is too much', { all: 5000, month: 417 }, { sentSince: null, staleMs: DAY }],
    ['all in as many days as are needed', { all: 25_000, month: 0 }, { sentSince: now - 30 * DAY, staleMs: 2.5 * DAY }],
  ])('%s', (_name, mailings, expected) => {
    expect(statsPlan({ mailings, ...hourly }, now)).toEqual(expected);
  });
});
