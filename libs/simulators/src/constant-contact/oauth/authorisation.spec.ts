import { type Tokens, CLIENT, NOW, REDIRECT, TestCaller, VERIFIER } from '../test-caller.fixture.js';

describe('authorisation at the simulated vendor', () => {
  let caller: TestCaller;

  afterEach(() => caller.simulator.stop());

  it('exchanges a code once, within five minutes, for its own redirect and verifier', async () => {
    caller = await TestCaller.start();
    const given = {
      grant_type: 'authorization_code',
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
    };
    for (const wrong of [{ redirect_uri: 'http://127.0.0.1/callback/' }, { code_verifier: 'w' }, { code: 'x' }]) {
      const answer = await caller.token({ ...given, code: await caller.code(), ...wrong });
      expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);
    }
    const late = await caller.code();
    caller.clock.advance(5 * 60_000);
    expect((await caller.token({ ...given, code: late })).status).toBe(400);
    const once = await caller.code();
    expect((await caller.token({ ...given, code: once })).status).toBe(200);
    expect((await caller.token({ ...given, code: once })).status).toBe(400);
    expect(((await (await caller.token({ ...given, code: once }, 'wrong')).json()) as { error: string }).error).toBe(
      'invalid_client',
    );
  });

  it('gives a token that lasts 24 hours and looks like one', async () => {
    caller = await TestCaller.start();
    const { access_token: token, expires_in: life } = await caller.connect();
    expect(life).toBe(86_400);
    expect(token.length).toBeGreaterThan(1000);
    expect(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).exp).toBe(NOW / 1000 + 86_400);
    caller.clock.advance(86_399_000);
    expect((await caller.get('/v3/account/summary', token)).status).toBe(200);
    caller.clock.advance(1000);
    const answer = await caller.get('/v3/account/summary', token);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm=api.cc.email');
    expect(await answer.json()).toMatchObject({ error_key: 'unauthorized' });
  });

  it('rotates refresh tokens: each works once, and a new set ends all before', async () => {
    caller = await TestCaller.start();
    const first = await caller.connect();
    const second = (await (
      await caller.token({ grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' })
    ).json()) as Tokens;
    expect((await caller.token({ grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' })).status).toBe(
      400,
    );
    expect(caller.simulator.violations().map(({ kind }) => kind)).toContain('refresh_token_reused');
    const again = await caller.connect();
    expect(
      (await caller.token({ grant_type: 'refresh_token', refresh_token: second.refresh_token ?? '' })).status,
    ).toBe(400);
    expect((await caller.token({ grant_type: 'refresh_token', refresh_token: again.refresh_token ?? '' })).status).toBe(
      200,
    );
  });

  it('gives a long-lived refresh token back, until it lies 180 days unused', async () => {
    caller = await TestCaller.start({ applications: [{ ...CLIENT, tokenType: 'long_lived' }] });
    const { refresh_token: token = '' } = await caller.connect();
    for (const days of [100, 179]) {
      caller.clock.advance(days * 86_400_000);
      const answer = await caller.token({ grant_type: 'refresh_token', refresh_token: token });
      expect(((await answer.json()) as Tokens).refresh_token).toBe(token);
    }
    caller.clock.advance(180 * 86_400_000);
    expect((await caller.token({ grant_type: 'refresh_token', refresh_token: token })).status).toBe(400);
  });

  it('gives no refresh token without offline_access', async () => {
    caller = await TestCaller.start();
    expect((await caller.connect('contact_data')).refresh_token).toBeUndefined();
  });

  it('answers a second token call within a second with 429', async () => {
    caller = await TestCaller.start({ limits: {} });
    await caller.connect();
    const second = await caller.token({ grant_type: 'refresh_token', refresh_token: 'any' });
    expect(second.status).toBe(429);
    caller.clock.advance(1000);
    expect((await caller.token({ grant_type: 'refresh_token', refresh_token: 'any' })).status).toBe(400);
  });

  it('shows a page that allows or denies where consent is not automatic', async () => {
    caller = await TestCaller.start();
    caller.simulator.setAutoConsent(undefined);
    const url = caller.authorizeUrl();
    expect(await (await fetch(url)).text()).toContain('Allow');
    const press = async (decision: string): Promise<URLSearchParams> => {
      const form = new URLSearchParams({ decision, account: caller.simulator.account().id });
      const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
      return new URL(answer.headers.get('location') ?? '').searchParams;
    };
    expect((await press('deny')).get('error')).toBe('access_denied');
    expect((await press('allow')).get('code')).toHaveLength(40);
  });

  it('keeps a wrong redirect on its own page and sends a wrong scope back', async () => {
    caller = await TestCaller.start();
    expect((await caller.ask({ redirect_uri: 'http://127.0.0.1/other' })).status).toBe(400);
    expect((await caller.ask({ client_id: 'other' })).status).toBe(400);
    const scoped = await caller.ask({ scope: 'contact_data+campaign_data' });
    expect(scoped.headers.get('location')).toContain('error=invalid_scope');
    expect(scoped.headers.get('location')).toContain('state=st');
  });

  it('ends tokens early when the owner revokes', async () => {
    caller = await TestCaller.start();
    const { access_token: token, refresh_token: refresh = '' } = await caller.connect();
    caller.simulator.revoke(CLIENT.clientId, caller.simulator.account().id, 'all');
    expect((await caller.get('/v3/account/summary', token)).status).toBe(401);
    expect((await caller.token({ grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(400);
  });

  it('answers 403 for a missing scope and for a missing privilege', async () => {
    caller = await TestCaller.start();
    const { access_token: token } = await caller.connect('contact_data');
    expect((await caller.get('/v3/emails', token)).status).toBe(403);
    caller.simulator.account().privileges = ['campaign:read'];
    expect(await caller.json('/v3/contacts', token)).toMatchObject({ error_key: 'access_denied' });
    expect((await caller.json('/v3/account/user/privileges', token)).length).toBe(1);
  });
});
