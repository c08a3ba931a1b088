import { ManualClock } from './clock.js';
import { FixedWindows } from './fixed-windows.js';
import { SimServer } from './server.js';
import { Timeline } from './timeline.js';

describe('the shared server', () => {
  let server: SimServer;
  let url: string;
  let handled: number;

  beforeEach(async () => {
    handled = 0;
    server = new SimServer({
      clock: new ManualClock(0),
      seed: 1,
      routes: [
        {
          method: 'GET',
          path: '/things/{id}',
          handle: (request) => {
            handled += 1;
            return {
              status: 200,
              json: { id: request.params['id'], q: request.query.get('q'), padding: 'x'.repeat(100) },
            };
          },
        },
      ],
      notFound: () => ({ status: 404, json: { missing: true } }),
      throttled: (seconds) => ({ status: 429, headers: { 'retry-after': String(seconds) } }),
    });
    url = await server.listen();
  });

  afterEach(() => server.stop());

  const get = (path: string): Promise<Response> => fetch(url + path);

  it('routes, decodes and answers JSON', async () => {
    expect(await (await get('/things/a%20b?q=1')).json()).toMatchObject({ id: 'a b', q: '1' });
    expect((await get('/other')).status).toBe(404);
    expect(server.log.counts()).toEqual({
      'GET (unknown)': { requests: 1, statuses: { 404: 1 } },
      'GET /things/{id}': { requests: 1, statuses: { 200: 1 } },
    });
  });

  it.each([
    ['reset_before', 0],
    ['reset_after', 1],
    ['truncated', 1],
  ] as const)('%s loses the answer', async (kind, processed) => {
    server.faults.add({ kind, endpoint: '/things/{id}', count: 1 });
    await expect(get('/things/1').then((answer) => answer.text())).rejects.toThrow();
    expect(handled).toBe(processed);
    expect((await get('/things/1')).status).toBe(200);
  });

  it.each([
    [{ kind: 'status', status: 502 }, 502, 0],
    [{ kind: 'status_after', status: 504 }, 504, 1],
    [{ kind: 'html_403' }, 403, 0],
    [{ kind: 'throttle', retryAfter: 7 }, 429, 0],
    [{ kind: 'slow', delayMs: 5 }, 200, 1],
  ] as const)('%j answers %i', async (rule, status, processed) => {
    server.faults.add({ ...rule, endpoint: 'GET /things/{id}', after: 1, count: 1 });
    expect((await get('/things/1')).status).toBe(200);
    expect((await get('/things/1')).status).toBe(status);
    expect(handled).toBe(1 + processed);
  });
});

describe('fixed windows', () => {
  it('admit to the limit, reset, and count a request in all windows or none', () => {
    const windows = new FixedWindows([
      { seconds: 1, limit: 2 },
      { seconds: 60, limit: 3 },
    ]);
    expect(windows.take(0)).toEqual({ admitted: true, remaining: 1, resetMs: 1000, limit: 2 });
    expect(windows.take(10).admitted).toBe(true);
    expect(windows.take(20)).toEqual({ admitted: false, remaining: 0, resetMs: 980, limit: 0 });
    expect(windows.take(1000).admitted).toBe(true);
    expect(windows.take(1001)).toEqual({ admitted: false, remaining: 0, resetMs: 58_999, limit: 0 });
    expect(windows.take(60_000).admitted).toBe(true);
  });
});

describe('the timeline', () => {
  it('applies what is due in order of time', () => {
    const clock = new ManualClock(0);
    const done: string[] = [];
    const timeline = new Timeline<string>(clock, (work) => done.push(work));
    for (const [at, work] of [
      [30, 'c'],
      [10, 'a'],
      [20, 'b'],
      [10, 'a2'],
      [99, 'later'],
    ] as const) {
      timeline.schedule(at, work);
    }
    clock.advance(30);
    timeline.runDue();
    expect(done).toEqual(['a', 'a2', 'b', 'c']);
    expect(timeline.pending()).toEqual([{ at: 99, work: 'later' }]);
  });
});
