import { isHealthy, type RowCounts, slide, tooManyRejected } from './window.js';

const none: RowCounts = { rows: 0, rejected: 0 };
const after = (...batches: RowCounts[]) => batches.reduce(slide, none);

describe('the last thousand rows', () => {
  it.each<[string, RowCounts[], boolean]>([
    ['a fifth', [{ rows: 1000, rejected: 200 }], false],
    ['one more than a fifth', [{ rows: 1000, rejected: 201 }], true],
    ['one more than a fifth, in small batches', Array.from({ length: 201 }, () => ({ rows: 1, rejected: 1 })), true],
    ['everything, of a few', [{ rows: 150, rejected: 150 }], false],
    ['a twentieth of ten thousand', [{ rows: 10_000, rejected: 500 }], false],
    ['a quarter of ten thousand', [{ rows: 10_000, rejected: 2500 }], true],
    [
      'many long ago',
      [
        { rows: 200, rejected: 190 },
        { rows: 5000, rejected: 50 },
      ],
      false,
    ],
    [
      'a few after many that were fine',
      [
        { rows: 900_000, rejected: 0 },
        { rows: 300, rejected: 201 },
      ],
      true,
    ],
  ])('with %s rejected', (_, batches, expected) => {
    expect(tooManyRejected(after(...batches))).toBe(expected);
  });

  it('are never more than a thousand', () => {
    expect(after({ rows: 700, rejected: 70 }, { rows: 600, rejected: 0 })).toEqual({ rows: 1000, rejected: 40 });
  });
});

describe('a try with a few rows', () => {
  it('is a success unless more than a fifth is rejected', () => {
    expect(isHealthy({ rows: 50, rejected: 10 })).toBe(true);
    expect(isHealthy({ rows: 50, rejected: 11 })).toBe(false);
    expect(isHealthy(none)).toBe(false);
  });
});
