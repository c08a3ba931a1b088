import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { PortageError } from '@portage/platform';
import { type Call } from './call.js';
import { Caller } from './caller.js';
import { type KlaviyoCredential, type KlaviyoOptions } from './options.js';

type Script = { status: number; headers?: Record<string, string>; body?: string } | 'reset';

const credential = (generation: number): KlaviyoCredential => ({
  scheme: 'Klaviyo-API-Key',
  token: `pk_${generation}`,
  generation,
});
const throttled: Script = { status: 429, headers: { 'retry-after': '0' } };

describe('Caller', () => {
  let server: Server;
  let script: Script[];
  let seen: IncomingMessage[];
  let budget: string[];
  let quotas: object[];
  let learned: object[];
  let shared: object;
  let calls: string[];
  let options: KlaviyoOptions;
  let newest: number;

  beforeEach(async () => {
    [script, seen, budget, quotas, calls, newest, learned, shared] = [[], [], [], [], [], 1, [], {}];
    server = createServer((request, response) => {
      seen.push(request);
      request.resume();
      const next = script.shift() ?? { status: 200, body: '{}' };
      if (next === 'reset') return void request.socket.destroy();
      response.writeHead(next.status, next.headers).end(next.body ?? '');
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    options = {
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      revision: '2026-07-15',
      accountId: 'ACC',
      credential: () => Promise.resolve(credential(1)),
      refreshCredential: () => Promise.resolve(credential(newest)),
      budget: {
        take: (key, quota) => {
          budget.push(`take ${key}`);
          quotas.push(quota);
          return Promise.resolve();
        },
        hold: (key, ms) => Promise.resolve(void budget.push(`hold ${key} ${ms}`)),
        spendDay: (key) => Promise.resolve(void budget.push(`spend ${key}`)),
        learn: (_key, limits) => Promise.resolve(void learned.push(limits)),
        learned: () => Promise.resolve(shared),
      },
      limitScale: 1,
      onCall: (endpoint, n) => void calls.push(`${endpoint} ${n}`),
    };
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const read: Call = { endpoint: 'GET /api/lists/{id}', id: 'L1', repeat: 'safe' };
  const create: Call = { endpoint: 'POST /api/lists', body: { a: 1 }, repeat: 'once' };
  const send = (call: Call) => new Caller(options).send(call);

  it('pins the revision, authorises and takes from the budget of account and endpoint', async () => {
    await send({ ...create, query: { filter: 'any(email,["a+b@portage.test"])' } });
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Klaviyo-API-Key pk_1',
      revision: '2026-07-15',
      'content-type': 'application/vnd.api+json',
    });
    expect(seen[0]?.url).toBe('/api/lists?filter=any%28email%2C%5B%22a%2Bb%40portage.test%22%5D%29');
    expect(budget).toEqual(['take klaviyo:ACC:POST /api/lists']);
    expect(quotas).toEqual([{ perSecond: 8, perMinute: 150, perDay: 150 }]);
  });

  it('repeats what is safe to repeat, paying and counting every time', async () => {
    script = [{ status: 503 }, 'reset', { status: 200, body: '{}' }];
    await send(read);
    expect(calls).toEqual(Array(3).fill('GET /api/lists/{id} 1'));
    expect(budget).toHaveLength(3);
  });

  it.each<{ fault: Script; code: string }>([
    { fault: { status: 503 }, code: 'klaviyo.unavailable' },
    { fault: { status: 500 }, code: 'klaviyo.unavailable' },
    { fault: 'reset', code: 'klaviyo.unanswered' },
    { fault: { status: 403, body: '<html>' }, code: 'klaviyo.blocked' },
  ])('sends what may not be repeated once: $code', async ({ fault, code }) => {
    script = [fault];
    await expect(send(create)).rejects.toMatchObject({ code, disposition: 'retry', details: { sent: true } });
    expect(seen).toHaveLength(1);
  });

  it('repeats even that after a 429, which certainly did nothing', async () => {
    script = [throttled, { status: 201, body: '{}' }];
    await send(create);
    expect(budget).toEqual([
      'take klaviyo:ACC:POST /api/lists',
      'hold klaviyo:ACC:POST /api/lists 1000',
      'take klaviyo:ACC:POST /api/lists',
    ]);
  });

  it('hands a long wait to its caller, and closes the day of a daily limit', async () => {
    script = [{ status: 429, headers: { 'retry-after': '3600' } }];
    await expect(send(create)).rejects.toMatchObject({ code: 'klaviyo.rate_limited', retryAfterMs: 3_600_000 });
    script = [{ status: 429, headers: { 'retry-after': '3600' } }];
    await expect(send(read)).rejects.toMatchObject({ disposition: 'throttle' });
    expect(budget.filter((entry) => !entry.startsWith('take'))).toEqual(['spend klaviyo:ACC:POST /api/lists']);
  });

  it('does not wait for a spent day', async () => {
    const spent = new PortageError({
      code: 'budget.day_spent',
      disposition: 'throttle',
      message: 'spent',
      retryAfterMs: 5,
    });
    options = { ...options, budget: { ...options.budget, take: () => Promise.reject(spent) } };
    await expect(send(create)).rejects.toBe(spent);
    expect(seen).toHaveLength(0);
  });

  it('asks for a newer credential once, and only uses a newer one', async () => {
    newest = 2;
    script = [{ status: 401 }, { status: 200, body: '{}' }];
    await send(create);
    expect(seen.map((request) => request.headers.authorization)).toEqual([
      'Klaviyo-API-Key pk_1',
      'Klaviyo-API-Key pk_2',
    ]);

    script = [{ status: 401 }, { status: 401 }];
    await expect(send(read)).rejects.toMatchObject({ code: 'klaviyo.unauthorized', disposition: 'reauthorize' });
    newest = 1;
    script = [{ status: 401 }];
    await expect(send(read)).rejects.toMatchObject({ code: 'klaviyo.unauthorized' });
    expect(seen).toHaveLength(5);
  });

  it('learns lower limits from answers', async () => {
    const caller = new Caller(options);
    script = [{ status: 200, headers: { 'ratelimit-limit': '3, 3;w=1, 60;w=60' }, body: '{}' }];
    await caller.send(read);
    await caller.send(read);
    expect(quotas).toEqual([
      { perSecond: 60, perMinute: 750 },
      { perSecond: expect.closeTo(2.4) as number, perMinute: 60 },
    ]);
  });

  it('tells other processes what limits it was told of, once, and goes by what they were told', async () => {
    const told = { status: 200, headers: { 'ratelimit-limit': '3, 3;w=1, 60;w=60' }, body: '{}' };
    script = [told, told];
    shared = { perMinute: 90 };
    const caller = new Caller(options);
    await caller.send(read);
    await caller.send(read);
    expect(learned).toEqual([{ perSecond: 3, perMinute: 60 }]);
    expect(quotas[0]).toEqual({ perSecond: 60, perMinute: 90 });
  });

  it('sends nothing once the moment has passed, and prepares right before it sends', async () => {
    const prepared: number[] = [];
    const beforeSend = () => Promise.resolve(void prepared.push(seen.length));
    const late = send({ ...create, sendBefore: Date.now() - 1, beforeSend });
    await expect(late).rejects.toMatchObject({ code: 'klaviyo.too_late', details: { sent: false } });
    expect([seen.length, prepared.length]).toEqual([0, 0]);
    await send({ ...create, sendBefore: Date.now() + 60_000, beforeSend });
    expect([seen.length, prepared]).toEqual([1, [0]]);
  });

  it('says that nothing was sent when nobody listens, and tries again even what goes once', async () => {
    options = { ...options, baseUrl: 'http://127.0.0.1:1' };
    const stop = new AbortController();
    let tries = 0;
    const onCall = () => {
      tries += 1;
      if (tries === 2) stop.abort();
    };
    options = { ...options, onCall };
    await expect(send({ ...create, signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(tries).toBe(2);
  });

  it('ends with its signal while it waits', async () => {
    script = [{ status: 429, headers: { 'retry-after': '30' } }];
    const stop = new AbortController();
    const hold = () => Promise.resolve(stop.abort());
    options = { ...options, budget: { ...options.budget, hold } };
    await expect(send({ ...read, signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('shows neither credential nor path nor answer in an error (invariant 10)', async () => {
    script = [{ status: 400, body: '{"errors":[{"code":"invalid","detail":"ann@portage.test"}]}' }];
    const error: unknown = await send({ ...read, id: 'secret-id' }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(PortageError);
    const { message, details, cause, stack } = error as PortageError;
    expect(JSON.stringify([message, details, cause, stack])).not.toMatch(/pk_1|secret-id|ann@/);
  });
});
