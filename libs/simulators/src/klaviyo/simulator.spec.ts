import { mkdtempSync, readFileSync, rmSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventsBody, importBody, row, subscribeBody, TestClient, unsubscribeBody } from './test-client.js';

const account = 'AcctA1';

describe('a restart from the state file', () => {
  let folder: string;
  let client: TestClient;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'klaviyo-simulator-'));
  });
  afterEach(async () => {
    await client.stop();
    rmSync(folder, { recursive: true });
  });

  it('remembers all that was answered, though nobody stopped it, and goes on with what was pending', async () => {
    const stateFile = join(folder, 'klaviyo.jsonl');
    client = await TestClient.start({ stateFile });
    const list = client.simulator.createList(account, 'News');
    const rows = [row('a@shop.io', { first_name: 'Ann', phone_number: '+14155552671' }), row('b@shop.io')];
    await client.post('/api/profile-bulk-import-jobs', importBody(rows, list));
    await client.post('/api/event-bulk-create-jobs', eventsBody([{ uniqueId: 'u1' }]));
    client.simulator.person(account, { email: 'gone@shop.io', action: 'create' });
    client.simulator.person(account, { email: 'gone@shop.io', action: 'delete' });
    client.simulator.trouble({ delays: { unsubscribe: [5000, 5000], importRun: [5000, 5000] } });
    await client.post('/api/profile-subscription-bulk-delete-jobs', unsubscribeBody(['b@shop.io']));
    await client.post('/api/profile-bulk-import-jobs', importBody([row('late@shop.io')]));
    const before = { ...client.simulator.state(account), audit: [...client.simulator.audit(account)] };
    // A copy of the file as a kill would leave it, with a line cut short.
    const copy = join(folder, 'copy.jsonl');
    appendFileSync(copy, readFileSync(stateFile));
    appendFileSync(copy, '["p","AcctA1",{"seq":0,"ema');
    await client.stop();

    client = await TestClient.start({ stateFile: copy });
    expect({ ...client.simulator.state(account), audit: client.simulator.audit(account) }).toEqual(before);
    expect(client.simulator.pending()).toBe(2);
    client.clock.advance(5000);
    expect(await client.marketing('b@shop.io')).toMatchObject({ consent: 'UNSUBSCRIBED' });
    expect(await client.person('late@shop.io')).toBeDefined();
    await client.post('/api/event-bulk-create-jobs', eventsBody([{ uniqueId: 'u1' }, { uniqueId: 'u2' }]));
    expect(client.simulator.events(account)).toHaveLength(2);
    // Chance starts afresh, ids do not repeat.
    expect(client.simulator.createList(account, 'Other')).not.toBe(list);
  });
});

describe('the admin endpoints', () => {
  let client: TestClient;

  beforeEach(async () => {
    client = await TestClient.start();
  });
  afterEach(() => client.stop());

  it('show and change an account over HTTP', async () => {
    const base = `/_admin/accounts/${account}`;
    const list = (await client.post(`${base}/lists`, { name: 'News' })).json.id as string;
    await client.post(`${base}/people`, [
      { email: 'a@shop.io', action: 'subscribe', attributes: { first_name: 'Ann', properties: { x: 1 } } },
      { email: 'a@shop.io', action: 'join', list },
      { email: 'b@shop.io', action: 'unsubscribe' },
    ]);
    const state = (await client.get(`${base}/state`)).json;
    expect(state.profiles).toMatchObject([
      {
        email: 'a@shop.io',
        first_name: 'Ann',
        properties: { x: 1 },
        consent: 'SUBSCRIBED',
        mailable: true,
        lists: [list],
      },
      { email: 'b@shop.io', consent: 'UNSUBSCRIBED', mailable: false, suppressions: [{ reason: 'UNSUBSCRIBE' }] },
    ]);
    expect(state.lists).toMatchObject([{ name: 'News', members: ['a@shop.io'] }]);
    expect((await client.get(`${base}/audit?email=b@shop.io`)).json).toMatchObject([{ cause: { request: 'admin' } }]);
    expect((await client.get(`${base}/writes`)).json).toEqual([]);
    expect((await client.get('/_admin/accounts/none/state')).status).toBe(404);
  });

  it('say which requests wrote, about whom', async () => {
    await client.get('/api/lists');
    await client.post(
      '/api/profile-subscription-bulk-create-jobs',
      subscribeBody([['A@shop.io', '2020-01-01T00:00:00Z']], { historical: true }),
    );
    await client.post('/api/event-bulk-create-jobs', eventsBody([{ uniqueId: 'u1' }]));
    const writes = (await client.get(`/_admin/accounts/${account}/writes`)).json;
    expect(writes).toMatchObject([
      { endpoint: 'POST /api/profile-subscription-bulk-create-jobs', rows: ['a@shop.io'] },
      { endpoint: 'POST /api/event-bulk-create-jobs', rows: ['a@shop.io'] },
    ]);
    expect((await client.get('/_admin/counts')).json['GET /api/lists']).toEqual({ requests: 1, statuses: { 200: 1 } });
  });

  it('let effects happen, cancel jobs, set faults, and empty everything', async () => {
    await client.post('/_admin/troubles', { delays: { importStart: [60_000, 60_000], unsubscribe: [60_000, 60_000] } });
    const job = await client.post('/api/profile-bulk-import-jobs', importBody([row('a@shop.io')]));
    expect((await client.post(`/_admin/jobs/${job.json.data.id}/cancel`, {})).json).toEqual({ cancelled: true });
    await client.post('/api/profile-subscription-bulk-delete-jobs', unsubscribeBody(['b@shop.io']));
    await client.post('/_admin/settle', {});
    expect(await client.person('a@shop.io')).toBeUndefined();
    expect(await client.marketing('b@shop.io')).toMatchObject({ consent: 'UNSUBSCRIBED' });
    await client.post('/_admin/faults', { kind: 'status_after', status: 502, endpoint: 'POST /api/lists', count: 1 });
    const create = { data: { type: 'list', attributes: { name: 'Twice' } } };
    expect((await client.post('/api/lists', create)).status).toBe(502);
    expect((await client.post('/api/lists', create)).status).toBe(201);
    // The answer was lost, the list was not.
    expect(client.simulator.state(account).lists).toHaveLength(2);
    await client.post('/_admin/reset', {});
    expect(client.simulator.state(account)).toMatchObject({ profiles: [], lists: [], pending: 0 });
    expect((await client.get('/api/accounts')).status).toBe(200);
  });
});
