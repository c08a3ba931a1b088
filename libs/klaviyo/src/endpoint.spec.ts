import { loadConfig } from '@portage/platform';
import { limits, pathOf } from './endpoint.js';
import { describedRevision } from './generated/contract.js';

describe('endpoints', () => {
  it('are those of the revision that is sent by default', () => {
    expect(loadConfig({}).KLAVIYO_REVISION).toBe(describedRevision);
  });

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
  ] as const)('%s takes %p a second, %p a minute', (endpoint, burst, steady) => {
    expect(limits[endpoint]).toMatchObject({ burst, steady });
  });

  it('cap new lists by the day, and nothing else', () => {
    const daily = Object.entries(limits).filter(([, { perDay }]) => perDay !== undefined);
    expect(daily).toEqual([['POST /api/lists', { burst: 10, steady: 150, perDay: 150 }]]);
  });

  it('fill ids in and refuse an empty one, which would address the collection', () => {
    expect(pathOf('GET /api/profile-bulk-import-jobs/{job_id}', 'a/b')).toBe('/api/profile-bulk-import-jobs/a%2Fb');
    expect(pathOf('GET /api/lists', undefined)).toBe('/api/lists');
    expect(() => pathOf('GET /api/profile-bulk-import-jobs/{job_id}', '')).toThrow(RangeError);
  });
});
