import { asAdmin, asService, call } from '../../../../test/auth/auth-client.js';
import { type AuthService, serviceToken, startAuth } from '../../../../test/auth/auth-service.js';
import { application, klaviyoKey, Stage } from '../../../../test/auth/stage.js';
import { defaultOptions } from './options.js';

describe('connections', () => {
  let stage: Stage;
  let auth: AuthService;

  beforeAll(async () => {
    stage = await Stage.open();
    auth = await stage.auth();
  });
  beforeEach(() => stage.reset());
  afterAll(() => stage.close());

  const post = (body: unknown) => asAdmin('POST', `${auth.url}/connections`, body);
  const proper = { name: 'A Shop', constantContact: application, klaviyo: { privateKey: klaviyoKey } };

  it('answers 201 with id, status and link, and fills in every option', async () => {
    const created = await post({ ...proper, options: { historyDays: 30 } });
    expect(created.status).toBe(201);
    expect(created.json).toEqual({
      id: expect.any(String) as string,
      status: 'awaiting_authorization',
      authorizeUrl: expect.stringContaining(`/connections/${created.json.id}/authorize?ticket=`) as string,
    });
    const shown = await asAdmin('GET', `${auth.url}/connections/${created.json.id}`);
    expect(shown.json.options).toEqual({ ...defaultOptions, historyDays: 30 });
    const forService = await asService('GET', `${auth.url}/connections/${created.json.id}`);
    expect(forService.json).not.toHaveProperty('authorizeUrl');
  });

  it('names every field that is wrong, and repeats no value', async () => {
    const answer = await post({
      name: ' ',
      constantContact: { clientId: 'abcdefghijklmnopqrstuvwx', clientSecret: 'zz-secret', surplus: 1 },
      klaviyo: {},
      options: { schedule: 'every zz-secret', activityTypes: ['zz-secret'], colour: 'red' },
    });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    for (const field of [
      'name:',
      'constantContact.clientId: this is a key of the retired V2',
      'constantContact: unknown: surplus',
      'klaviyo.privateKey: is required',
      'options.schedule:',
      'options.activityTypes.0:',
      'options: unknown: colour',
    ]) {
      expect(answer.json.detail).toContain(field);
    }
    expect(answer.text).not.toContain('zz-secret');
    await expect(asAdmin('POST', `${auth.url}/connections`, '{"name":')).resolves.toMatchObject({ status: 400 });
    await expect(post({ ...proper, name: 'x'.repeat(1_100_000) })).resolves.toMatchObject({ status: 413 });
  });

  it('refuses a Klaviyo key that is not one, and names the scopes that another lacks', async () => {
    const wrong = await post({ ...proper, klaviyo: { privateKey: 'pk_wrong_one' } });
    expect(wrong).toMatchObject({ status: 422, json: { code: 'auth.klaviyo_key_refused' } });
    expect(wrong.text).not.toContain('pk_wrong_one');
    const narrow = await post({ ...proper, klaviyo: { privateKey: 'pk_narrow' } });
    expect(narrow).toMatchObject({ status: 422, json: { code: 'auth.klaviyo_scopes_missing' } });
    expect(narrow.json.detail).toContain('lists:read, events:read');
    await expect(asAdmin('GET', `${auth.url}/connections`)).resolves.toMatchObject({ json: { connections: [] } });
  });

  it.each([
    { status: 503, body: '' },
    { status: 403, body: '<!DOCTYPE html><title>Access denied</title>' },
  ])('says when Klaviyo cannot be asked ($status)', async ({ status, body }) => {
    stage.target.fault({ kind: 'status', status, body, endpoint: 'GET /api/accounts' });
    await expect(post(proper)).resolves.toMatchObject({ status: 503, json: { code: 'auth.klaviyo_unreadable' } });
  });

  it('tells unchanged lists by their tag', async () => {
    const { id } = await stage.create(auth);
    const first = await asService('GET', `${auth.url}/connections`);
    const etag = first.headers.get('etag') ?? '';
    expect(first.json.connections).toMatchObject([{ id, status: 'awaiting_authorization' }]);
    const headers = { 'if-none-match': `W/${etag}` };
    const again = await call('GET', `${auth.url}/connections`, { token: serviceToken, headers });
    expect(again).toMatchObject({ status: 304, text: '' });
    await asAdmin('PATCH', `${auth.url}/connections/${id}`, { name: 'Other' });
    const changed = await call('GET', `${auth.url}/connections`, { token: serviceToken, headers });
    expect(changed).toMatchObject({ status: 200, json: { connections: [{ name: 'Other' }] } });
  });

  it('changes what is named and nothing else', async () => {
    const { id } = await stage.create(auth);
    const changed = await asAdmin('PATCH', `${auth.url}/connections/${id}`, { options: { schedule: 'off' } });
    expect(changed).toMatchObject({
      status: 200,
      json: { name: 'A Shop', options: { ...defaultOptions, schedule: 'off' } },
    });
    const refused = await asAdmin('PATCH', `${auth.url}/connections/${id}`, { options: { consent: 'all' } });
    expect(refused).toMatchObject({
      status: 422,
      json: { detail: expect.stringContaining('options.consent') as string },
    });
    await expect(asAdmin('PATCH', `${auth.url}/connections/none`, {})).resolves.toMatchObject({ status: 404 });
  });

  it('takes a new Klaviyo key of the same account and a new client secret', async () => {
    const id = await stage.connect(auth);
    await stage.sql(`UPDATE auth.credentials SET state = 'rejected', reason = 'gone' WHERE provider = 'klaviyo'`);
    const wrong = await asAdmin('PATCH', `${auth.url}/connections/${id}`, { klaviyo: { privateKey: 'pk_elsewhere' } });
    expect(wrong).toMatchObject({ status: 422, json: { code: 'auth.other_target' } });
    const right = await asAdmin('PATCH', `${auth.url}/connections/${id}`, { klaviyo: { privateKey: 'pk_second' } });
    expect(right).toMatchObject({ status: 200, json: { status: 'active', reason: null } });
    const token = await asService('POST', `${auth.url}/connections/${id}/tokens/klaviyo`);
    expect(token.json).toMatchObject({ accessToken: 'pk_second', generation: 2 });

    const constantContact = { clientSecret: 'another-secret' };
    await expect(asAdmin('PATCH', `${auth.url}/connections/${id}`, { constantContact })).resolves.toMatchObject({
      status: 200,
    });
    // The vendor knows only the former one: the next exchange shows it, with the link to consent anew.
    const refused = await asService('POST', `${auth.url}/connections/${id}/tokens/constant-contact`, {
      rejectedGeneration: 1,
    });
    expect(refused).toMatchObject({ status: 409, json: { code: 'auth.reconnect_required' } });
    const shown = await asAdmin('GET', `${auth.url}/connections/${id}`);
    expect(shown.json).toMatchObject({
      status: 'reconnect_required',
      reason: expect.stringContaining('secret') as string,
      authorizeUrl: expect.stringContaining('ticket=') as string,
    });
  });

  it('pauses, resumes and disconnects; disconnecting destroys every credential', async () => {
    const id = await stage.connect(auth);
    const act = (what: string) => asAdmin('POST', `${auth.url}/connections/${id}/${what}`);
    await expect(act('pause')).resolves.toMatchObject({ status: 200, json: { status: 'paused' } });
    await expect(act('resume')).resolves.toMatchObject({ status: 200, json: { status: 'active' } });
    await expect(act('disconnect')).resolves.toMatchObject({ status: 200, json: { status: 'disconnected' } });
    await expect(act('resume')).resolves.toMatchObject({ status: 409, json: { code: 'auth.disconnected' } });
    const left = await stage.sql(
      `SELECT count(*)::int AS n FROM auth.credentials
       WHERE coalesce(client_secret, private_key, access_token, refresh_token) IS NOT NULL`,
    );
    expect(left).toEqual([{ n: 0 }]);
  });

  it('deletes a connection with its credentials and keeps the audit, which cannot be changed', async () => {
    const id = await stage.connect(auth);
    await expect(asAdmin('DELETE', `${auth.url}/connections/${id}`)).resolves.toMatchObject({ status: 204 });
    await expect(asAdmin('DELETE', `${auth.url}/connections/${id}`)).resolves.toMatchObject({ status: 404 });
    await expect(stage.sql('SELECT count(*)::int AS n FROM auth.credentials')).resolves.toEqual([{ n: 0 }]);
    const audit = await stage.sql('SELECT action FROM auth.audit WHERE connection_id = $1 ORDER BY id', [id]);
    expect(audit.map(({ action }) => action as string)).toEqual([
      'connection.created',
      'consent.requested',
      'consent.completed',
      'connection.deleted',
    ]);
    await expect(stage.sql('DELETE FROM auth.audit')).rejects.toThrow('append-only');
    await expect(stage.sql(`UPDATE auth.audit SET outcome = 'x'`)).rejects.toThrow('append-only');
  });

  it('reads with a former key beside a new one, and does not start without it', async () => {
    const id = await stage.connect(auth);
    const fresh = `k2:${Buffer.alloc(32, 8).toString('base64')}`;
    const former = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
    const rotated = await stage.auth({ PORTAGE_ENCRYPTION_KEYS: `${fresh},${former}` });
    const token = await asService('POST', `${rotated.url}/connections/${id}/tokens/klaviyo`);
    expect(token).toMatchObject({ status: 200, json: { accessToken: klaviyoKey } });
    await expect(startAuth(stage.database.url, { PORTAGE_ENCRYPTION_KEYS: fresh })).rejects.toMatchObject({
      code: 'config.encryption_keys',
      message: expect.stringContaining('"k1"') as string,
    });
  });
});
