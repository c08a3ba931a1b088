import { type Disposition, PortageError } from '@portage/platform';
import { refusalOf, refused, refusedState } from './refusals.js';

describe('refusalOf', () => {
  it.each(['unknown', 'used', 'expired', 'other_browser'] as const)('explains a state that is %s', (kind) => {
    const error = refusedState(kind);
    expect(error.code).toBe(`auth.state_${kind}`);
    expect(refusalOf(error)).toMatchObject({ status: 403, reason: error.message });
  });

  it('names offline_access when there is no refresh token', () => {
    expect(refusalOf(refused('auth.no_refresh_token'))).toMatchObject({
      status: 422,
      reason: expect.stringContaining('offline_access') as string,
    });
  });

  it.each<[Disposition, number]>([
    ['retry', 503],
    ['throttle', 503],
    ['reauthorize', 422],
    ['halt', 502],
  ])('tells any other %s in its own words with %i', (disposition, status) => {
    const error = new PortageError({ code: 'x.y', disposition, message: 'plain words' });
    expect(refusalOf(error)).toMatchObject({ status, reason: 'plain words' });
  });
});
