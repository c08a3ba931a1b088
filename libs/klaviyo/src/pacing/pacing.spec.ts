import { quotaOf } from './quota.js';
import { limitsSeen } from './rate-headers.js';

describe('limitsSeen', () => {
  it.each([
    ['10, 10;w=1, 150;w=60', { burst: 10, steady: 150 }],
    ['1,1;w=1,15;w=60,150;w=86400', { burst: 1, steady: 15, perDay: 150 }],
    ['150', {}],
    ['10;w=3600', {}],
    ['0;w=1', {}],
    ['nonsense;w=1', {}],
    [undefined, {}],
  ])('%p says %p', (header, expected) => {
    expect(limitsSeen(header)).toEqual(expected);
  });
});

describe('quotaOf', () => {
  const published = { burst: 10, steady: 150, perDay: 150 };

  it.each([
    { scale: 1, seen: {}, expected: { perSecond: 8, perMinute: 150, perDay: 150 } },
    { scale: 10, seen: {}, expected: { perSecond: 80, perMinute: 1500, perDay: 1500 } },
    { scale: 0.5, seen: { burst: 10, steady: 150 }, expected: { perSecond: 4, perMinute: 75, perDay: 75 } },
    { scale: 1, seen: { burst: 5, steady: 60 }, expected: { perSecond: 4, perMinute: 60, perDay: 150 } },
    { scale: 0, seen: { burst: 3, steady: 60 }, expected: {} },
  ])('scale $scale with answers naming $seen', ({ scale, seen, expected }) => {
    expect(quotaOf(published, scale, seen)).toEqual(expected);
  });
});
