import { importBody, row, TestClient } from './test-client.js';

const account = 'AcctA1';

describe('the gate', () => {
  let client: TestClient;

  beforeEach(async () => {
    client = await TestClient.start({
      accounts: [
        {
          id: account,
          name: 'Shop',
          keys: [{ key: 'pk_test' }, { key: 'pk_read', scopes: ['lists:read', 'profiles:read', 'accounts:read'] }],
        },
        { id: 'AcctB2', name: 'Other', keys: [{ key: 'pk_other' }] },
      ],
    });
  });
  afterEach(() => client.stop());

  it('knows the account of a key', async () => {
    expect((await client.get('/api/accounts')).json.data).toMatchObject([{ id: account }]);
    client.headers['authorization'] = 'Klaviyo-API-Key pk_other';
    expect((await client.get('/api/accounts')).json.data).toMatchObject([
      { id: 'AcctB2', attributes: { contact_information: { organization_name: 'Other' } } },
    ]);
  });

  it.each([
    ['no credential', { authorization: '' }, 401, 'authentication_failed'],
    ['a wrong key', { authorization: 'Klaviyo-API-Key pk_wrong' }, 401, 'authentication_failed'],
    ['a wrong scheme', { authorization: 'Basic pk_test' }, 401, 'authentication_failed'],
    ['an unknown token', { authorization: 'Bearer x' }, 401, 'authentication_failed'],
    ['another revision', { revision: '2024-10-15' }, 400, 'invalid'],
  ])('refuses %s', async (_, headers, status, code) => {
    Object.assign(client.headers, headers);
    const answer = await client.get('/api/lists');
    expect(answer.status).toBe(status);
    expect(answer.json.errors[0]).toMatchObject({ status, code });
  });

  it('answers 401 without a header, 403 without the scope, 401 for a revoked key', async () => {
    delete client.headers['authorization'];
    expect((await client.get('/api/lists')).json.errors[0].code).toBe('not_authenticated');
    client.headers['authorization'] = 'Klaviyo-API-Key pk_read';
    expect((await client.get('/api/lists')).status).toBe(200);
    const answer = await client.post('/api/lists', { data: { type: 'list', attributes: { name: 'x' } } });
    expect([answer.status, answer.json.errors[0].code]).toEqual([403, 'permission_denied']);
    client.simulator.revoke('pk_read');
    expect((await client.get('/api/lists')).status).toBe(401);
  });

  it.each([
    ['GET', '/api/nothing', undefined, 404, 'no such path or method'],
    ['PUT', '/api/lists', {}, 404, 'no such path or method'],
    ['GET', '/api/lists?page[size]=11', undefined, 400, 'query parameter page[size] must be between 1 and 10'],
    ['GET', '/api/lists?limit=5', undefined, 400, 'query parameter limit is not a valid parameter for this endpoint'],
    ['GET', '/api/lists?sort=size', undefined, 400, "query parameter sort has the invalid value 'size'"],
    ['GET', '/api/profiles?page[size]=101', undefined, 400, 'query parameter page[size] must be between 1 and 100'],
    [
      'GET',
      '/api/profiles?fields[profile]=nick',
      undefined,
      400,
      "query parameter fields[profile] has the invalid value 'nick'",
    ],
    [
      'POST',
      '/api/lists',
      { data: { type: 'lists', attributes: { name: 'x' } } },
      400,
      'wrong /data/type, expected one of list',
    ],
    [
      'POST',
      '/api/lists',
      { data: { type: 'list', attributes: {} } },
      400,
      'missing /data/attributes/name, expected a value',
    ],
    ['POST', '/api/lists', '{', 400, 'body is not JSON'],
    [
      'POST',
      '/api/profile-bulk-import-jobs',
      importBody([row('a@shop.io', { nick: 1 })]),
      400,
      'unknown /data/attributes/profiles/data/*/attributes/nick, expected no such field',
    ],
  ])('%s %s breaks the contract and is noted', async (method, path, body, status, problem) => {
    const answer = await client.call(method, path, body);
    expect(answer.status).toBe(status);
    expect(client.simulator.violations()).toMatchObject([{ problem }]);
  });

  it('names an unknown attribute as the vendor does', async () => {
    const answer = await client.post('/api/profile-import', { data: row('a@shop.io', { nick: 1 }) });
    expect(answer.json.errors[0]).toMatchObject({
      detail: "'nick' is not a valid field for the resource 'profile'.",
      source: { pointer: '/data/attributes/nick' },
    });
  });

  it('wants a JSON content type', async () => {
    client.headers['content-type'] = 'application/json';
    expect((await client.post('/api/lists', { data: { type: 'list', attributes: { name: 'x' } } })).status).toBe(201);
    client.headers['content-type'] = 'text/plain';
    expect((await client.post('/api/lists', '{}')).status).toBe(415);
  });
});

describe('rate limits', () => {
  let client: TestClient;

  beforeEach(async () => {
    client = await TestClient.start({ limits: true });
  });
  afterEach(() => client.stop());

  const metrics = (): ReturnType<TestClient['get']> => client.get('/api/metrics');

  it('are told in several windows, and describe the tightest', async () => {
    const { headers } = await metrics();
    expect(headers.get('ratelimit-limit')).toBe('10, 10;w=1, 150;w=60');
    expect(headers.get('ratelimit-remaining')).toBe('9');
    expect(headers.get('ratelimit-reset')).toBe('0');
    expect(headers.get('content-type')).toBe('application/vnd.api+json');
  });

  it('end in a 429 with Retry-After alone, and again for whoever comes too early', async () => {
    for (let at = 0; at < 10; at++) expect((await metrics()).status).toBe(200);
    const refused = await metrics();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('ratelimit-limit')).toBeNull();
    expect(refused.headers.get('content-type')).toBeNull();
    expect(refused.json.errors[0]).toMatchObject({
      code: 'throttled',
      title: 'Request was throttled.',
      detail: 'Request was throttled. Expected available in 1 second.',
      source: { pointer: '/data' },
    });
    client.clock.advance(999);
    expect((await metrics()).status).toBe(429);
    client.clock.advance(1000);
    expect((await metrics()).status).toBe(200);
    // Other endpoints and what they cost are apart.
    expect((await client.get('/api/lists')).status).toBe(200);
    expect(client.simulator.counts()['GET /api/metrics']?.statuses).toEqual({ 200: 11, 429: 2 });
  });

  it('count the minute too', async () => {
    for (let at = 0; at < 15; at++) {
      expect((await client.get('/api/accounts')).status).toBe(200);
      client.clock.advance(1000);
    }
    expect((await client.get('/api/accounts')).headers.get('retry-after')).toBe('45');
  });

  it('are far lower for a list with its count', async () => {
    const list = client.simulator.createList(account, 'News');
    const path = `/api/lists/${list}?additional-fields[list]=profile_count`;
    const first = await client.get(path);
    expect(first.json.data.attributes.profile_count).toBe(0);
    expect(first.headers.get('ratelimit-limit')).toBe('1, 1;w=1, 15;w=60');
    expect((await client.get(path)).status).toBe(429);
    expect((await client.get(`/api/lists/${list}`)).status).toBe(200);
  });

  it('allow 150 new lists a day', async () => {
    const create = async (): Promise<number> => {
      client.clock.advance(2000);
      return (await client.post('/api/lists', { data: { type: 'list', attributes: { name: 'x' } } })).status;
    };
    for (let at = 0; at < 150; at++) expect(await create()).toBe(201);
    expect(await create()).toBe(429);
    client.clock.advance(24 * 3600 * 1000);
    expect(await create()).toBe(201);
  });

  it('grow with the speed', async () => {
    const fast = await TestClient.start({ limits: true, speed: 10 });
    expect((await fast.get('/api/metrics')).headers.get('ratelimit-limit')).toBe('100, 100;w=1, 1500;w=60');
    await fast.stop();
  });
});
