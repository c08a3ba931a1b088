import { limits, pathOf } from '../endpoint.js';
import { quotaOf } from './quota.js';
import { limitsSeen } from './rate-headers.js';

describe('limits of the endpoints', () => {
  it.each([
    ['GET /api/accounts', 1, 15],
    ['GET /api/lists', 75, 750],
    ['GET /api/profiles', 75, 750],
    ['POST /api/profile-bulk-import-jobs', 10, 150],
    ['POST /api/lists/{id}/relationships/profiles', 10, 150],
    ['POST /api/profile-subscription-bulk-create-jobs', 75, 750],
    ['POST /api/profile-subscription-bulk-delete-jobs', 75, 750],
    ['POST /api/profile-suppression-bulk-create-jobs', 75, 750],
    ['POST /api/event-bulk-create-jobs', 10, 150],
    ['POST /api/metric-aggregates', 3, 60],
  ] as const)('%s: %p a second, %p a minute', (endpoint, burst, steady) => {
    expect(limits[endpoint]).toMatchObject({ burst, steady });
  });

  it('caps new lists by the day, and nothing else', () => {
    const daily = Object.entries(limits).filter(([, { perDay }]) => perDay !== undefined);
    expect(daily).toEqual([['POST /api/lists', { burst: 10, steady: 150, perDay: 150 }]]);
  });
});

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
    { scale: 1, seen: {}, expected: { perSecond: 10, perMinute: 150, perDay: 150 } },
    { scale: 10, seen: {}, expected: { perSecond: 100, perMinute: 1500, perDay: 1500 } },
    { scale: 0.5, seen: { burst: 10, steady: 150 }, expected: { perSecond: 5, perMinute: 75, perDay: 75 } },
    { scale: 1, seen: { burst: 3, steady: 60 }, expected: { perSecond: 3, perMinute: 60, perDay: 150 } },
    { scale: 0, seen: { burst: 3, steady: 60 }, expected: {} },
  ])('scale $scale with answers naming $seen', ({ scale, seen, expected }) => {
    expect(quotaOf(published, scale, seen)).toEqual(expected);
  });
});

describe('pathOf', () => {
  it('fills ids in and refuses an empty one, which would address the collection', () => {
    expect(pathOf('GET /api/profile-bulk-import-jobs/{job_id}', 'a/b')).toBe('/api/profile-bulk-import-jobs/a%2Fb');
    expect(pathOf('GET /api/lists', undefined)).toBe('/api/lists');
    expect(() => pathOf('GET /api/profile-bulk-import-jobs/{job_id}', '')).toThrow(RangeError);
  });
});
