import { asAdmin, asService, Browser } from '../../../../test/auth/auth-client.js';
import { type AuthService } from '../../../../test/auth/auth-service.js';
import { application, klaviyoApplication, Stage } from '../../../../test/auth/stage.js';

const tokenEndpoint = 'POST /oauth/token';

interface Shown {
  readonly status: string;
  readonly reason: string | null;
  readonly authorizeUrl: string;
  readonly klaviyo: unknown;
}

describe.each([false, true])('Klaviyo by OAuth, where refresh tokens rotate: %s', (rotateRefreshTokens) => {
  let stage: Stage;
  let auth: AuthService;

  beforeAll(async () => {
    stage = await Stage.open({}, { rotateRefreshTokens });
    auth = await stage.auth();
  });
  beforeEach(() => stage.reset());
  afterAll(() => stage.close());

  const create = (service = auth) =>
    asAdmin('POST', `${service.url}/connections`, {
      name: 'By OAuth',
      constantContact: application,
      klaviyo: { oauth: true },
    });
  const shown = async (id: string) => (await asAdmin('GET', `${auth.url}/connections/${id}`)).json as Shown;
  const ask = (id: string, body: unknown = {}) =>
    asService('POST', `${auth.url}/connections/${id}/tokens/klaviyo`, body);
  const exchanges = () => stage.target.counts()[tokenEndpoint]?.requests ?? 0;
  /** Both consents, one after the other, by the links of the pages. */
  const connect = async () => {
    const { id, authorizeUrl } = (await create()).json as { id: string; authorizeUrl: string };
    const browser = new Browser();
    const halfway = await browser.follow(authorizeUrl);
    const next = /href="([^"]+)">Go on to Klaviyo/.exec(halfway.text)?.[1]?.replace('&#38;', '&') ?? '';
    const page = await browser.follow(next);
    return { id, halfway, page };
  };

  it('is a second consent after the first, with PKCE', async () => {
    const { id, halfway, page } = await connect();
    expect(halfway.text).toContain('One step is left');
    expect(page.status).toBe(200);
    await expect(shown(id)).resolves.toMatchObject({
      status: 'active',
      klaviyo: { accountId: 'AcctA1', organization: 'A Shop', kind: 'oauth' },
    });
    const token = await ask(id);
    expect(token).toMatchObject({ status: 200, json: { scheme: 'Bearer', generation: 1 } });
    const used = await fetch(`${stage.target.url}/api/accounts`, {
      headers: { authorization: `Bearer ${token.json.accessToken}`, revision: '2026-07-15' },
    });
    expect(used.status).toBe(200);
    expect(await stage.dump()).not.toContain(klaviyoApplication.secret);
  });

  it('waits for the second consent, and its account is not known until then', async () => {
    const { id, authorizeUrl } = (await create()).json as { id: string; authorizeUrl: string };
    await new Browser().follow(authorizeUrl);
    await expect(shown(id)).resolves.toMatchObject({
      status: 'awaiting_authorization',
      klaviyo: { accountId: null, kind: 'oauth' },
    });
    await expect(ask(id)).resolves.toMatchObject({ status: 409, json: { code: 'auth.not_active' } });
    const location = (await new Browser().open((await shown(id)).authorizeUrl)).headers.get('location') ?? '';
    expect(location).toContain('/oauth/authorize?response_type=code');
    expect(location).toContain('scope=accounts%3Aread%20profiles%3Aread');
    expect(location).toContain('code_challenge_method=S256');
  });

  it('is renewed by the same broker, once for all callers. Invariant 8', async () => {
    const { id } = await connect();
    await stage.sql(
      `UPDATE auth.credentials SET issued_at = now() - interval '1 hour', expires_at = now() WHERE provider = 'klaviyo'`,
    );
    const before = exchanges();
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(id)));
    expect(new Set(answers.map(({ json }) => json.generation as number))).toEqual(new Set([2]));
    expect(exchanges() - before).toBe(1);
    await expect(ask(id, { rejectedGeneration: 2 })).resolves.toMatchObject({ status: 200, json: { generation: 3 } });
  });

  it('needs the owner when the grant is gone, and takes no other account then', async () => {
    const { id } = await connect();
    stage.target.fault({
      kind: 'status',
      status: 400,
      body: '{"error":"invalid_grant"}',
      endpoint: tokenEndpoint,
      count: 1,
    });
    await expect(ask(id, { rejectedGeneration: 1 })).resolves.toMatchObject({
      status: 409,
      json: { code: 'auth.reconnect_required' },
    });
    const { status, reason, authorizeUrl } = await shown(id);
    expect(status).toBe('reconnect_required');
    expect(reason).toContain('Klaviyo does not accept this authorization');
    const browser = new Browser();
    const location = (await browser.open(authorizeUrl)).headers.get('location') ?? '';
    const refused = await browser.follow(`${location}&account=AcctB2`);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('another Klaviyo account');
    const page = await new Browser().follow((await shown(id)).authorizeUrl);
    expect(page.status).toBe(200);
    await expect(shown(id)).resolves.toMatchObject({ status: 'active' });
  });

  it('is not mixed with a private key', async () => {
    const { id } = await connect();
    const answer = await asAdmin('PATCH', `${auth.url}/connections/${id}`, { klaviyo: { privateKey: 'pk_second' } });
    expect(answer).toMatchObject({ status: 422, json: { code: 'auth.connected_by_oauth' } });
    const both = { name: 'x', constantContact: application, klaviyo: { oauth: true, privateKey: 'pk_second' } };
    await expect(asAdmin('POST', `${auth.url}/connections`, both)).resolves.toMatchObject({ status: 422 });
  });

  it('says what is missing where the operator has no application', async () => {
    const without = await stage.auth({ KLAVIYO_CLIENT_ID: '' });
    await expect(create(without)).resolves.toMatchObject({
      status: 422,
      json: { code: 'auth.klaviyo_not_configured', detail: expect.stringContaining('KLAVIYO_CLIENT_ID') as string },
    });
  });
});
