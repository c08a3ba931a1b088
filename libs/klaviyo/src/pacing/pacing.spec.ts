import { quotaOf } from './quota.js';
import { limitsSeen } from './rate-headers.js';

describe('limitsSeen', () => {
  it.each([
    ['10, 10;w=1, 150;w=60', { perSecond: 10, perMinute: 150 }],
    ['1,1;w=1,15;w=60,150;w=86400', { perSecond: 1, perMinute: 15, perDay: 150 }],
    ['10, 10; w=1, 150 ;w= 60', { perSecond: 10, perMinute: 150 }],
    ['10;burst=2;w=1;comment="x"', { perSecond: 10 }],
    ['"burst";q=10;w=1, "steady";w=60;q=150', { perSecond: 10, perMinute: 150 }],
    ['350;window=1', { perSecond: 350 }],
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
    { scale: 0.5, seen: { perSecond: 10, perMinute: 150 }, expected: { perSecond: 4, perMinute: 75, perDay: 75 } },
    { scale: 1, seen: { perSecond: 5, perMinute: 60 }, expected: { perSecond: 4, perMinute: 60, perDay: 150 } },
    { scale: 0, seen: { perSecond: 3, perMinute: 60 }, expected: {} },
  ])('scale $scale with answers naming $seen', ({ scale, seen, expected }) => {
    expect(quotaOf(published, scale, seen)).toEqual(expected);
  });
});
