import { asAdmin, call } from '../../../../test/auth/auth-client.js';
import { adminToken, type AuthService, serviceToken } from '../../../../test/auth/auth-service.js';
import { application, klaviyoKey, Stage } from '../../../../test/auth/stage.js';

const formType = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the pages', () => {
  let stage: Stage;
  let auth: AuthService;

  beforeAll(async () => {
    stage = await Stage.open();
    auth = await stage.auth();
  });
  beforeEach(() => stage.reset());
  afterAll(() => stage.close());

  const send = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}, url = auth.url) =>
    call('POST', url + path, { body: new URLSearchParams(fields).toString(), headers: { ...formType, ...headers } });
  const signIn = async (): Promise<{ cookie: string; form: string }> => {
    const opened = await send('/pages/session', { token: adminToken });
    const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const page = await call('GET', `${auth.url}/pages/connections/new`, { headers: { cookie } });
    return { cookie, form: /name="form" value="([^"]+)"/.exec(page.text)?.[1] ?? '' };
  };
  const fields = { name: 'By form', ...application, privateKey: klaviyoKey, createLists: 'on' };

  it('open a session for an admin token only, in a cookie that no script and no other site gets', async () => {
    const opened = await send('/pages/session', { token: adminToken });
    expect(opened.status).toBe(303);
    expect(opened.headers.get('set-cookie')).toMatch(
      /^portage_session=[^;]+; Max-Age=28800; Path=\/pages; HttpOnly; SameSite=Strict$/,
    );
    expect(opened.headers.get('set-cookie')).not.toContain(adminToken);
    for (const token of [serviceToken, '', `${adminToken}x`]) {
      const refused = await send('/pages/session', { token });
      expect(refused.status).toBe(401);
      expect(refused.headers.get('set-cookie')).toBeNull();
      if (token) expect(refused.text).not.toContain(token);
    }
    await expect(
      send('/pages/session', { token: adminToken }, { origin: 'https://evil.example' }),
    ).resolves.toMatchObject({
      status: 401,
    });
  });

  it('take a form of their own session only', async () => {
    const mine = await signIn();
    const other = await signIn();
    const attempts: [Record<string, string>, Record<string, string>][] = [
      [fields, { cookie: mine.cookie }],
      [{ ...fields, form: other.form }, { cookie: mine.cookie }],
      [{ ...fields, form: mine.form }, {}],
      [{ ...fields, form: mine.form }, { cookie: `${mine.cookie}x` }],
      [
        { ...fields, form: mine.form },
        { cookie: mine.cookie, origin: 'https://evil.example' },
      ],
      [
        { ...fields, form: mine.form },
        { cookie: mine.cookie, 'sec-fetch-site': 'cross-site' },
      ],
    ];
    for (const [body, headers] of attempts) {
      await expect(send('/pages/connections', body, headers)).resolves.toMatchObject({ status: 401 });
    }
    await expect(asAdmin('GET', `${auth.url}/connections`)).resolves.toMatchObject({ json: { connections: [] } });
    const done = await send(
      '/pages/connections',
      { ...fields, form: mine.form },
      { cookie: mine.cookie, origin: auth.url },
    );
    expect(done.status).toBe(200);
    expect(done.text).toMatch(/<meta http-equiv="refresh" content="0;url=[^"]+\/authorize\?ticket=/);
    const [created] = (await asAdmin('GET', `${auth.url}/connections`)).json.connections as { options: unknown }[];
    expect(created?.options).toMatchObject({ createLists: true, collectEngagement: false });
  });

  it('end a session with the token that opened it, and are known to every replica', async () => {
    const { cookie } = await signIn();
    const replica = await stage.auth();
    await expect(call('GET', `${replica.url}/pages`, { headers: { cookie } })).resolves.toMatchObject({ status: 200 });
    const rotated = await stage.auth({ PORTAGE_ADMIN_TOKEN: 'another-admin-token-of-at-least-32-characters' });
    const sent = await call('GET', `${rotated.url}/pages`, { headers: { cookie } });
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/pages/sign-in']);
  });

  it('tell what is wrong in their own words, and give no secret back', async () => {
    const { cookie, form } = await signIn();
    const wrong = { ...fields, form, clientId: 'abcdefghijklmnopqrstuvwx', privateKey: 'pk_a_wrong_one' };
    const again = await send('/pages/connections', wrong, { cookie });
    expect(again.status).toBe(422);
    expect(again.text).toContain('API key: this is a key of the retired V2 interface');
    expect(again.text).not.toContain('pk_a_wrong_one');
    expect(again.text).not.toContain(application.clientSecret);
    const unknown = await call('GET', `${auth.url}/pages/connections/nobody`, { headers: { cookie } });
    expect(unknown.status).toBe(404);
  });
});
