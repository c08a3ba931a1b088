import fc from 'fast-check';
import { lagOf, minutesLeft, secondsOf } from './reading.js';

describe('a reading in figures', () => {
  it.each([
    [{ current: 7, start: 0, end: 10 }, 3],
    [{ current: 10, start: 0, end: 10 }, 0],
    [{ current: null, start: 0, end: 10 }, 10],
    [{ current: null, start: 4, end: 10 }, 6],
    [{ current: null, start: 0, end: 0 }, 0],
    [{ current: 2, start: 5, end: 10 }, 8],
    [{ current: 10, start: 0, end: 3 }, 0],
  ])('%j is a lag of %i', (reading, lag) => expect(lagOf(reading)).toBe(lag));

  it.each([
    [null, 90_000, 0],
    [60_000, 90_500, 30.5],
    [91_000, 90_000, 0],
  ])('unread since %p at %i is %d seconds', (unreadSince, at, seconds) =>
    expect(secondsOf({ unreadSince }, at)).toBe(seconds),
  );

  it.each([
    [null, 10],
    [0, 9],
    [-540_000, 0],
    [-9_000_000, 0],
  ])('unread since %p leaves %d of ten minutes', (unreadSince, minutes) =>
    expect(minutesLeft({ unreadSince }, 60_000, 600_000)).toBe(minutes),
  );

  it('is never negative and always a number', () => {
    const time = fc.integer({ min: 0, max: 2 ** 45 });
    const offset = fc.nat();
    fc.assert(
      fc.property(fc.option(offset), offset, offset, fc.option(time), time, (current, start, end, unreadSince, at) => {
        const figures = [lagOf({ current, start, end: start + end }), secondsOf({ unreadSince }, at)];
        return figures.every((figure) => figure >= 0) && minutesLeft({ unreadSince }, at, 1000) >= 0;
      }),
    );
  });
});
