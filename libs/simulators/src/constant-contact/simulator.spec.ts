import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateAccount } from '../account/index.js';
import { CLIENT, NOW, TestCaller } from './test-caller.fixture.js';

describe('the simulated vendor', () => {
  let caller: TestCaller;

  afterEach(() => caller.simulator.stop());

  const admin = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(
      `${caller.simulator.url}/_admin/${path}`,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    );
    return answer.json();
  };

  it('goes on after a restart with the accounts and tokens of before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'constant-contact-'));
    const stateFile = join(folder, 'state');
    caller = await TestCaller.start({ stateFile });
    const { refresh_token: refresh, access_token: access } = await caller.connect();
    const { id } = caller.simulator.account();
    caller.simulator.evolve(id, { seed: 1, steps: 50 });
    const before = structuredClone(caller.simulator.account());
    // Whatever is not in the files by now would be lost in a kill.
    await caller.simulator.stop();
    expect((await readFile(`${stateFile}.grants`, 'utf8')).includes(refresh ?? '?')).toBe(true);

    caller = await TestCaller.start({
      stateFile,
      accounts: () => {
        throw new Error('made anew');
      },
    });
    expect(caller.simulator.account()).toEqual(before);
    expect((await caller.get('/v3/account/summary', access)).status).toBe(200);
    expect((await caller.refresh(refresh)).status).toBe(200);
    await rm(folder, { recursive: true });
  });

  it('serves several accounts, each token seeing its own, all sharing the quota of the client id', async () => {
    const accounts = [1, 2].map((seed) => generateAccount({ seed, contacts: 5, campaigns: 1, now: NOW }));
    caller = await TestCaller.start({
      accounts,
      autoConsent: accounts[0]?.id ?? '',
      limits: { perSecond: 2, tokensPerSecond: 9 },
    });
    const first = await caller.connect();
    caller.simulator.setAutoConsent(accounts[1]?.id);
    const second = await caller.connect();
    expect((await caller.json('/v3/account/summary', first.access_token)).encoded_account_id).toBe(accounts[0]?.id);
    expect((await caller.json('/v3/account/summary', second.access_token)).encoded_account_id).toBe(accounts[1]?.id);
    expect((await caller.json('/v3/account/summary', first.access_token)).error_key).toBe('throttled');
    expect((await caller.refresh(first.refresh_token)).status).toBe(200);
  });

  it('strikes with the faults that a test orders', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect();
    const quota = JSON.stringify({ error_key: 'quota_exceeded', error_message: 'Limit Exceeded' });
    await admin('faults', { kind: 'status', status: 401, endpoint: '/v3/contacts', count: 1 });
    await admin('faults', { kind: 'status', status: 429, body: quota, endpoint: '/v3/contacts', count: 1 });
    await admin('faults', { kind: 'throttle', endpoint: '/v3/contacts', count: 1 });
    await admin('faults', {
      kind: 'status',
      status: 502,
      body: '<html>bad gateway</html>',
      endpoint: '/v3/contacts',
      count: 1,
    });
    expect((await caller.get('/v3/contacts', token)).status).toBe(401);
    expect((await caller.json('/v3/contacts', token)).error_key).toBe('quota_exceeded');
    expect((await caller.json('/v3/contacts', token)).error_key).toBe('throttled');
    expect((await caller.get('/v3/contacts', token)).headers.get('content-type')).toBe('text/html');
    expect((await caller.get('/v3/contacts', token)).status).toBe(200);
  });

  it('changes, shows the truth, spends and forgets on the word of a test', async () => {
    caller = await TestCaller.start({ limits: {} });
    const { access_token: token } = await caller.connect();
    const { id, contacts } = caller.simulator.account();
    expect(await admin('accounts')).toEqual([{ id, contacts: contacts.length }]);
    expect(await admin(`accounts/${id}/evolve`, { seed: 3, steps: 4 })).toHaveLength(4);
    await admin(`accounts/${id}/changes`, { kind: 'create_list', listId: 'new', name: 'New' });
    expect(await admin(`accounts/${id}`)).toMatchObject({
      lists: expect.arrayContaining([expect.objectContaining({ id: 'new' })]),
    });
    await admin('spend', { clientId: CLIENT.clientId, calls: 10_000 });
    expect((await caller.json('/v3/account/summary', token)).error_key).toBe('quota_exceeded');
    expect(await admin('figures')).toMatchObject({ [CLIENT.clientId]: { calls: 1, quotaExceeded: 1 } });
    expect(await admin('counts')).toMatchObject({ 'GET /v3/account/summary': { requests: 1, statuses: { 429: 1 } } });
    await admin('limits', { enabled: false });
    expect((await caller.get('/v3/contact?x=1', token)).status).toBe(404);
    expect(await admin('violations')).toHaveLength(1);
    await admin('reset', {});
    expect([await admin('violations'), await admin('figures'), await admin('counts')]).toEqual([[], {}, {}]);
    await admin('revoke', { clientId: CLIENT.clientId, accountId: id, what: 'access' });
    expect((await caller.get('/v3/account/summary', token)).status).toBe(401);
  });
});
