import { loadConfig } from '@portage/platform';
import { timingOf } from './timing.js';

const timing = (env: Record<string, string>) => timingOf(loadConfig(env));

describe('periods', () => {
  it('follow the pace of the limits', () => {
    expect(timing({})).toMatchObject({ readBackMs: 15_000, reassertMs: 900_000, landsWithinMs: 900_000 });
    expect(timing({ KLAVIYO_LIMIT_SCALE: '10' })).toMatchObject({ readBackMs: 1500, reassertMs: 90_000 });
  });

  it('never let a subscription that is on its way be forgotten sooner than it can land (invariant 3)', () => {
    for (const scale of ['0', '10', '1000'])
      expect(timing({ KLAVIYO_LIMIT_SCALE: scale }).landsWithinMs).toBeGreaterThanOrEqual(600_000);
    expect(timing({ LOADER_REASSERT_SECONDS: '5' }).landsWithinMs).toBe(900_000);
  });

  it('are as configured where they are configured', () => {
    const given = { LOADER_REASSERT_SECONDS: '5', LOADER_READ_BACK_SECONDS: '2', LOADER_LANDING_SECONDS: '7' };
    const expected = { readBackMs: 2000, reassertMs: 5000, landsWithinMs: 7000 };
    expect(timing({ KLAVIYO_LIMIT_SCALE: '10', ...given })).toMatchObject(expected);
  });
});
