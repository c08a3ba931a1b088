import { type Klaviyo } from '@portage/klaviyo';
import { createLogger, type Disposition, PortageError } from '@portage/platform';
import { type Connection } from '../connections/connection.js';
import { Target } from './target.js';

const connection = { id: 'c', working: true } as Connection;

describe('a target after a failed call', () => {
  const logger = createLogger('loader', 'silent');
  const said: string[] = [];
  let target: Target;
  let renewed = false;
  const failed = (code: string, disposition: Disposition) =>
    target.failed(new PortageError({ code, disposition, message: 'failed' }));

  beforeEach(() => {
    said.length = 0;
    renewed = false;
    for (const level of ['error', 'warn'] as const) logger[level] = () => said.push(level);
    const loading = { connections: () => [connection], accountCountry: () => null };
    target = new Target('T', {} as Klaviyo, loading, { renewed: () => Promise.resolve(renewed) }, logger);
  });

  it.each([
    ['klaviyo.unauthorized', 'reauthorize', ['error']],
    ['klaviyo.rate_limited', 'throttle', []],
    ['klaviyo.request_refused', 'halt', ['error']],
    ['klaviyo.unavailable', 'retry', ['warn']],
    ['klaviyo.invalid', 'dead-letter', ['error']],
    ['klaviyo.not_found', 'skip', ['error']],
  ] as const)('%s takes no work for a while and says so', (code, disposition, words) => {
    failed(code, disposition);
    expect([target.usable, said]).toEqual([false, words]);
    target.answered();
    expect(target.usable).toBe(true);
  });

  it('keeps in mind what the credential may not do, whatever else succeeds, until it is another', async () => {
    failed('klaviyo.unauthorized', 'reauthorize');
    expect(target.refusal).toBeNull();
    failed('klaviyo.forbidden', 'reauthorize');
    target.answered();
    expect(target.refusal).toMatchObject({ words: 'failed' });
    failed('klaviyo.forbidden', 'reauthorize');
    await target.reconsider();
    expect(target.refusal).toMatchObject({ words: 'failed' });
    renewed = true;
    await target.reconsider();
    expect([target.refusal, target.usable]).toEqual([null, true]);
  });

  it('goes on when it was not Klaviyo that refused', () => {
    failed('loader.superseded', 'skip');
    expect([target.usable, said]).toEqual([true, []]);
  });
});
