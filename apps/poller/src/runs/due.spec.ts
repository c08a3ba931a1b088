import { dueAt, type History } from './due.js';

const at = Date.parse('2026-11-20T12:10:00Z');
const minute = 60_000;
const done: History = { requestedAt: at, busy: false, succeeded: true, failures: 0, endedAt: at + minute };
const failed: History = { ...done, succeeded: false, failures: 1 };
const hourly = '0 * * * *';

describe('when the next pass is due', () => {
  it.each<[string, History | undefined, string, number | null]>([
    ['the first one: at once', undefined, 'off', 0],
    ['while one is open: not at all', { ...done, busy: true }, hourly, null],
    ['by the schedule', done, hourly, at + 50 * minute],
    ['without a schedule: not at all', done, 'off', null],
    ['after a failed first pass: in a minute', failed, hourly, at + 2 * minute],
    ['after a failed first pass without a schedule too', failed, 'off', at + 2 * minute],
    [
      'after the fifth failure: later, but not after the schedule',
      { ...failed, failures: 5 },
      hourly,
      at + 17 * minute,
    ],
    ['after many failures: by the schedule', { ...failed, failures: 40 }, hourly, at + 50 * minute],
    ['after many failures without a schedule: hourly', { ...failed, failures: 40 }, 'off', at + 61 * minute],
    ['after a later pass failed', { ...failed, succeeded: true }, hourly, at + 2 * minute],
    ['after a later pass failed that somebody asked for', { ...failed, succeeded: true }, 'off', null],
  ])('%s', (_name, history, schedule, due) => {
    expect(dueAt(history, schedule)).toBe(due);
  });
});
