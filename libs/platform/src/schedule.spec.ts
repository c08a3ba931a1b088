import { parseSchedule } from './schedule.js';

const after = (schedule: string, at: string) => {
  const next = parseSchedule(schedule)?.after(Date.parse(at));
  return next === null || next === undefined ? next : new Date(next).toISOString().slice(0, 16);
};

describe('a schedule', () => {
  it.each([
    ['0 * * * *', '2026-01-01T10:00:00Z', '2026-01-01T11:00'],
    ['0 * * * *', '2026-01-01T10:59:59Z', '2026-01-01T11:00'],
    ['*/15 * * * *', '2026-01-01T10:01:00Z', '2026-01-01T10:15'],
    ['30 6 * * *', '2026-01-01T06:30:00Z', '2026-01-02T06:30'],
    ['0 0 1 * *', '2026-01-02T00:00:00Z', '2026-02-01T00:00'],
    ['0 9 * * 1-5', '2026-01-02T10:00:00Z', '2026-01-05T09:00'],
    ['0 9 * * 7', '2026-01-01T10:00:00Z', '2026-01-04T09:00'],
    ['0 0 13 * 5', '2026-01-01T00:00:00Z', '2026-01-02T00:00'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00'],
    ['5,35 1-3 * * *', '2026-01-01T01:05:00Z', '2026-01-01T01:35'],
    ['0 20/2 * * *', '2026-01-01T20:30:00Z', '2026-01-01T22:00'],
  ])('%s after %s is %s', (schedule, at, expected) => {
    expect(after(schedule, at)).toBe(expected);
  });

  it.each(['0,30 8-18 * * 1-5', '15 2 1 1,7 0', '0-59/15 0 31 12 7', ' 0  3 * * * ', '0 0 * * MON'])(
    'can be "%s"',
    (text) => {
      expect(parseSchedule(text)).not.toBeNull();
    },
  );

  it.each([
    'off',
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 1 13 *',
    '0 0 * * 8',
    '5-1 * * * *',
    '*/0 * * * *',
    '*-3 * * * *',
    '1,,2 * * * *',
    'a * * * *',
    '@daily',
    '-1 * * * *',
    '1/ * * * *',
  ])('cannot be "%s"', (text) => {
    expect(parseSchedule(text)).toBeNull();
  });

  it('that never comes ends the search', () => {
    expect(after('0 0 31 2 *', '2026-01-01T00:00:00Z')).toBeNull();
  });

  it('knows how often a day it comes', () => {
    expect([parseSchedule('0 * * * *')?.perDay, parseSchedule('*/30 8-17 * * *')?.perDay]).toEqual([24, 20]);
  });
});
