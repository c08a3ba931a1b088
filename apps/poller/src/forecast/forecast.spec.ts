import { type CallBudget, forecastOf } from './forecast.js';

const now = Date.parse('2026-11-20T12:00:00Z');
const fresh: CallBudget = { usedToday: 0, perDay: 10_000, perSecond: 4, parkedUntil: null };

describe('the forecast of a pass', () => {
  it.each([
    ['nothing left', 0, fresh, '2026-11-20T12:00:00.000Z'],
    ['at four calls a second', 2400, fresh, '2026-11-20T12:10:00.000Z'],
    ['without a pace', 2400, { ...fresh, perSecond: 0 }, '2026-11-20T12:00:00.000Z'],
    ['what just fits into today', 9400, fresh, '2026-11-20T12:39:10.000Z'],
    ['what does not: the rest after midnight', 9900, fresh, '2026-11-21T00:02:05.000Z'],
    ['a day that is partly spent', 1000, { ...fresh, usedToday: 9000 }, '2026-11-21T00:02:30.000Z'],
    ['a day that is overspent', 40, { ...fresh, usedToday: 12_000 }, '2026-11-21T00:00:10.000Z'],
    ['several days', 9400 * 3 + 400, fresh, '2026-11-23T00:01:40.000Z'],
    ['exactly several days', 9400 * 3, fresh, '2026-11-22T00:39:10.000Z'],
    [
      'parked until after midnight',
      400,
      { ...fresh, usedToday: 10_000, parkedUntil: Date.parse('2026-11-21T00:05:00Z') },
      '2026-11-21T00:06:40.000Z',
    ],
    [
      'parked until a moment ago',
      400,
      { ...fresh, parkedUntil: Date.parse('2026-11-20T11:00:00Z') },
      '2026-11-20T12:01:40.000Z',
    ],
  ])('%s', (_what, calls, budget, doneBy) => {
    expect(forecastOf({ calls, counted: true }, budget, now)).toEqual({ calls, counted: true, doneBy });
  });

  it('says whether everything is counted', () => {
    expect(forecastOf({ calls: 3, counted: false }, fresh, now)).toMatchObject({ calls: 3, counted: false });
  });
});
