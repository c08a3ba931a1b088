import { createHash } from 'node:crypto';
import { TestClient } from '../test-client.js';

const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');
const redirectUri = 'http://127.0.0.1:3001/callback';

describe('OAuth', () => {
  let client: TestClient;

  const start = async (rotate: boolean): Promise<void> => {
    client = await TestClient.start({
      oauthClients: [{ id: 'app', secret: 'hush', redirectUris: [redirectUri] }],
      rotateRefreshTokens: rotate,
    });
  };
  afterEach(() => client.stop());

  const token = (form: Record<string, string>, secret = 'hush'): Promise<Response> =>
    fetch(`${client.simulator.url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`app:${secret}`).toString('base64')}` },
      body: new URLSearchParams(form),
    });

  const authorize = async (): Promise<string> => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'app',
      redirect_uri: redirectUri,
      scope: 'lists:read accounts:read',
      state: 's1',
      code_challenge_method: 'S256',
      code_challenge: challenge,
    });
    const answer = await client.get(`/oauth/authorize?${query.toString()}`);
    const location = new URL(answer.headers.get('location') ?? '');
    expect(location.searchParams.get('state')).toBe('s1');
    return location.searchParams.get('code') ?? '';
  };

  const exchange = async (code: string, codeVerifier = verifier): Promise<Response> =>
    token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier });

  it('exchanges a code once, with the verifier of its challenge', async () => {
    await start(false);
    const code = await authorize();
    const tokens = (await (await exchange(code)).json()) as Record<string, unknown>;
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'lists:read accounts:read' });
    expect(await (await exchange(code)).json()).toMatchObject({ error: 'invalid_grant' });
    expect((await exchange(await authorize(), 'w'.repeat(43))).status).toBe(400);
    expect((await token({ grant_type: 'refresh_token', refresh_token: 'x' }, 'wrong')).status).toBe(401);
    client.headers['authorization'] = `Bearer ${String(tokens['access_token'])}`;
    expect((await client.get('/api/lists')).status).toBe(200);
    expect((await client.get('/api/profiles')).status).toBe(403);
    client.clock.advance(3600_000);
    expect((await client.get('/api/lists')).json.errors[0].code).toBe('authentication_failed');
  });

  it.each([
    [false, true],
    [true, false],
  ])('with rotation %s a used refresh token works again: %s', async (rotate, again) => {
    await start(rotate);
    const first = (await (await exchange(await authorize())).json()) as Record<string, string>;
    const form = { grant_type: 'refresh_token', refresh_token: first['refresh_token'] ?? '' };
    expect((await token(form)).status).toBe(200);
    const second = await token(form);
    expect(second.status).toBe(again ? 200 : 400);
    if (!again) expect(await second.json()).toMatchObject({ error: 'invalid_grant' });
  });
});
