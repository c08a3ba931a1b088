import { Secret } from '@portage/platform';
import { asAdmin, asService, Browser } from '../../../../test/auth/auth-client.js';
import { adminToken, type AuthService, encryptionKeys, serviceToken } from '../../../../test/auth/auth-service.js';
import { application, Stage } from '../../../../test/auth/stage.js';
import { Signer } from './signer.js';
import { issueTicket } from './ticket.js';

const tokenEndpoint = 'POST /oauth2/default/v1/token';

interface Shown {
  readonly status: string;
  readonly connectedAt: string | null;
  readonly authorizeUrl: string;
}

describe('consent at Constant Contact', () => {
  let stage: Stage;
  let auth: AuthService;

  beforeAll(async () => {
    stage = await Stage.open();
    auth = await stage.auth();
  });
  beforeEach(() => stage.reset());
  afterAll(() => stage.close());

  const connectionOf = async (id: string) => (await asAdmin('GET', `${auth.url}/connections/${id}`)).json as Shown;

  /** As far as the vendor: the address that it sends the browser back to. */
  const callbackOf = async (browser: Browser, authorizeUrl: string): Promise<URL> => {
    const redirect = await browser.open(authorizeUrl);
    const granted = await browser.open(redirect.headers.get('location') ?? '');
    return new URL(granted.headers.get('location') ?? '');
  };

  it('leads from the link over the vendor to an active connection', async () => {
    const { id, authorizeUrl } = await stage.create(auth, 'Winter move');
    await expect(connectionOf(id)).resolves.toMatchObject({
      status: 'awaiting_authorization',
      connectedAt: null,
      constantContact: { clientId: application.clientId, accountId: null },
      klaviyo: { accountId: 'AcctA1', organization: 'A Shop', kind: 'private_key' },
    });

    const page = await new Browser().follow(authorizeUrl);

    expect(page.status).toBe(200);
    expect(page.text).toContain('<h1>Connected</h1>');
    expect(page.text).toContain('Winter move');
    const account = stage.source.account();
    await expect(connectionOf(id)).resolves.toMatchObject({
      status: 'active',
      reason: null,
      connectedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      constantContact: { accountId: account.id, organization: account.organizationName },
    });
    expect(stage.source.violations()).toEqual([]);
  });

  it('asks the vendor for the scopes with %20, PKCE S256 and a state of its own', async () => {
    const { authorizeUrl } = await stage.create(auth);
    const answer = await new Browser().open(authorizeUrl);
    const location = answer.headers.get('location') ?? '';
    expect(answer.status).toBe(302);
    expect(location).toContain('scope=contact_data%20campaign_data%20account_read%20offline_access');
    const query = new URL(location).searchParams;
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(query.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(query.get('redirect_uri')).toBe(`http://127.0.0.1:${stage.port}/oauth/callback/constant-contact`);
    expect(answer.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Lax$/);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    const again = await new Browser().open(authorizeUrl);
    expect(new URL(again.headers.get('location') ?? '').searchParams.get('state')).not.toBe(query.get('state'));
  });

  it('marks the cookie Secure where the public address is not loopback', async () => {
    const away = await stage.auth({ PUBLIC_URL: 'https://portage.example.org/app' });
    const { authorizeUrl } = await stage.create(away);
    expect(authorizeUrl).toMatch(/^https:\/\/portage\.example\.org\/app\/connections\//);
    const { pathname, search } = new URL(authorizeUrl);
    const answer = await new Browser().open(`${away.url}${pathname.replace('/app', '')}${search}`);
    expect(answer.headers.get('set-cookie')).toContain('; Secure');
    expect(answer.headers.get('set-cookie')).toContain('Path=/app/oauth/callback/constant-contact');
  });

  it('is completed only by the browser that began it, and is not used up by another', async () => {
    const { id, authorizeUrl } = await stage.create(auth);
    const browser = new Browser();
    const callback = await callbackOf(browser, authorizeUrl);
    const stranger = await new Browser().open(callback.href);
    expect(stranger.status).toBe(403);
    expect(stranger.text).toContain('another browser');
    await expect(connectionOf(id)).resolves.toMatchObject({ status: 'awaiting_authorization' });
    await expect(browser.open(callback.href)).resolves.toMatchObject({ status: 200 });
  });

  it('takes a state once', async () => {
    const { authorizeUrl } = await stage.create(auth);
    const browser = new Browser();
    const callback = await callbackOf(browser, authorizeUrl);
    const cookies = new Map(browser.cookies);
    await browser.open(callback.href);
    expect(browser.cookies.size).toBe(0);
    cookies.forEach((value, name) => browser.cookies.set(name, value));
    const second = await browser.open(callback.href);
    expect(second.status).toBe(403);
    expect(second.text).toContain('already used');
    expect(stage.source.counts()[tokenEndpoint]).toMatchObject({ requests: 1 });
  });

  it('takes neither a forged nor an old state', async () => {
    const { authorizeUrl } = await stage.create(auth);
    const browser = new Browser();
    const callback = await callbackOf(browser, authorizeUrl);
    const forged = new URL(callback);
    forged.searchParams.set('state', `${callback.searchParams.get('state')}x`);
    await expect(browser.open(forged.href)).resolves.toMatchObject({ status: 403 });
    await stage.sql(`UPDATE auth.authorizations SET expires_at = now()`);
    const late = await browser.open(callback.href);
    expect(late.status).toBe(403);
    expect(late.text).toContain('longer than ten minutes');
  });

  it('takes neither an old link nor that of another connection', async () => {
    const first = await stage.create(auth);
    const second = await stage.create(auth);
    const ticket = new URL(first.authorizeUrl).searchParams.get('ticket') ?? '';
    const swapped = await new Browser().open(`${auth.url}/connections/${second.id}/authorize?ticket=${ticket}`);
    expect(swapped.status).toBe(403);
    const signer = new Signer([{ id: 'k1', key: new Secret(encryptionKeys.slice(3)) }], 'ticket');
    const old = issueTicket(signer, first.id, Date.now() - 600_001);
    const late = await new Browser().open(`${auth.url}/connections/${first.id}/authorize?ticket=${old}`);
    expect(late.status).toBe(403);
    expect(late.text).toContain('older than ten minutes');
    await expect(new Browser().open(`${auth.url}/connections/${first.id}/authorize`)).resolves.toMatchObject({
      status: 403,
    });
  });

  it('says when the owner did not allow it, and lets them try again', async () => {
    const { id, authorizeUrl } = await stage.create(auth);
    const browser = new Browser();
    const callback = await callbackOf(browser, authorizeUrl);
    const state = callback.searchParams.get('state') ?? '';
    const denied = await browser.open(`${callback.origin}${callback.pathname}?error=access_denied&state=${state}`);
    expect(denied.status).toBe(400);
    expect(denied.text).toContain('was not allowed');
    const { authorizeUrl: fresh } = await connectionOf(id);
    await expect(new Browser().follow(fresh)).resolves.toMatchObject({ status: 200 });
  });

  it("names the vendor's other errors without repeating its words", async () => {
    const { authorizeUrl } = await stage.create(auth);
    const browser = new Browser();
    const callback = await callbackOf(browser, authorizeUrl);
    const state = callback.searchParams.get('state') ?? '';
    const query = `error=server_error&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state=${state}`;
    const answer = await browser.open(`${callback.origin}${callback.pathname}?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('script');
  });

  it('names offline_access when no refresh token comes', async () => {
    const { id, authorizeUrl } = await stage.create(auth);
    const body = JSON.stringify({ access_token: 'x', token_type: 'Bearer', expires_in: 86400 });
    stage.source.fault({ kind: 'status', status: 200, body, endpoint: tokenEndpoint, count: 1 });
    const page = await new Browser().follow(authorizeUrl);
    expect(page.status).toBe(422);
    expect(page.text).toContain('offline_access');
    await expect(connectionOf(id)).resolves.toMatchObject({ status: 'awaiting_authorization' });
  });

  it('refuses a user without the privileges that reading needs, and names them', async () => {
    stage.source.account().privileges = ['contacts:lists:read', 'campaign:create', 'campaign:read'];
    const { id, authorizeUrl } = await stage.create(auth);
    const page = await new Browser().follow(authorizeUrl);
    expect(page.status).toBe(422);
    expect(page.text).toContain('read contacts (contacts:read), see campaign reports (ui:campaign:metrics)');
    expect(page.text).toContain('Campaign Creator');
    await expect(connectionOf(id)).resolves.toMatchObject({ status: 'awaiting_authorization' });
  });

  it('does not send a code twice when the answer to it was lost', async () => {
    stage.source.fault({ kind: 'reset_after', endpoint: tokenEndpoint, count: 1 });
    const { authorizeUrl } = await stage.create(auth);
    const page = await new Browser().follow(authorizeUrl);
    expect(page.status).toBe(422);
    expect(page.text).toContain('can be used only once');
    expect(stage.source.counts()[tokenEndpoint]).toMatchObject({ requests: 1 });
  });

  it('names a wrong client secret', async () => {
    const answer = await asAdmin('POST', `${auth.url}/connections`, {
      name: 'x',
      constantContact: { ...application, clientSecret: 'not-the-secret' },
      klaviyo: { privateKey: 'pk_0123456789abcdef' },
    });
    const page = await new Browser().follow((answer.json as { authorizeUrl: string }).authorizeUrl);
    expect(page.status).toBe(422);
    expect(page.text).toContain('API key and secret');
  });

  it('keeps the connection as it was when the owner reconnects with another account', async () => {
    const id = await stage.connect(auth);
    const url = `${auth.url}/connections/${id}/tokens/constant-contact`;
    const before = (await asService('POST', url, {})).json;
    await stage.sql(`UPDATE auth.credentials SET state = 'rejected', reason = 'x' WHERE provider = 'constant-contact'`);
    stage.source.setAutoConsent(stage.source.accounts()[1]?.id);
    const { authorizeUrl } = await connectionOf(id);
    const page = await new Browser().follow(authorizeUrl);
    expect(page.status).toBe(422);
    expect(page.text).toContain('another Constant Contact account');
    await expect(connectionOf(id)).resolves.toMatchObject({ status: 'reconnect_required' });

    stage.source.setAutoConsent(stage.source.account().id);
    const { connectedAt } = await connectionOf(id);
    await new Browser().follow((await connectionOf(id)).authorizeUrl);
    await expect(connectionOf(id)).resolves.toMatchObject({ status: 'active', connectedAt });
    const after = (await asService('POST', url, {})).json;
    expect(after.generation).toBe(before.generation + 1);
    expect(after.accessToken).not.toBe(before.accessToken);
  });

  it('takes another account in its place when the link allows it', async () => {
    const id = await stage.connect(auth);
    const { connectedAt } = await connectionOf(id);
    stage.source.setAutoConsent(stage.source.accounts()[1]?.id);
    const link = async (body: unknown) =>
      (await asAdmin('POST', `${auth.url}/connections/${id}/reconnect`, body)).json as { authorizeUrl: string };
    const refused = await new Browser().follow((await link({})).authorizeUrl);
    expect(refused.status).toBe(422);
    const page = await new Browser().follow((await link({ force: true })).authorizeUrl);
    expect(page.status).toBe(200);
    const other = stage.source.accounts()[1];
    const shown = await connectionOf(id);
    expect(shown).toMatchObject({ status: 'active', constantContact: { accountId: other?.id } });
    // What is carried over is counted from when this account was connected.
    expect(Date.parse(shown.connectedAt ?? '')).toBeGreaterThan(Date.parse(connectedAt ?? ''));
    await expect(asAdmin('POST', `${auth.url}/connections/${id}/reconnect`, { force: 'yes' })).resolves.toMatchObject({
      status: 422,
    });
    await asAdmin('POST', `${auth.url}/connections/${id}/disconnect`);
    await expect(asAdmin('POST', `${auth.url}/connections/${id}/reconnect`)).resolves.toMatchObject({ status: 409 });
  });

  it('connects an account once, until that connection is disconnected', async () => {
    const first = await stage.connect(auth);
    const { id, authorizeUrl } = await stage.create(auth, 'Twice');
    const page = await new Browser().follow(authorizeUrl);
    expect(page.status).toBe(422);
    expect(page.text).toContain('already connected by &#34;A Shop&#34;');
    await asAdmin('POST', `${auth.url}/connections/${first}/disconnect`);
    await new Browser().follow((await connectionOf(id)).authorizeUrl);
    await expect(connectionOf(id)).resolves.toMatchObject({ status: 'active' });
  });

  it('leaves a trace of every consent, and no secret anywhere. Invariant 10', async () => {
    const { id, authorizeUrl } = await stage.create(auth);
    const browser = new Browser();
    const callback = await callbackOf(browser, authorizeUrl);
    await browser.open(callback.href);
    const token = (await asService('POST', `${auth.url}/connections/${id}/tokens/constant-contact`, {})).json;
    const audit = await stage.sql(
      'SELECT actor, action, outcome FROM auth.audit WHERE connection_id = $1 ORDER BY id',
      [id],
    );
    expect(audit).toEqual([
      { actor: 'admin', action: 'connection.created', outcome: 'ok' },
      { actor: 'owner', action: 'consent.requested', outcome: 'ok' },
      { actor: 'owner', action: 'consent.completed', outcome: 'ok' },
    ]);
    const secrets = [
      application.clientSecret,
      'pk_0123456789abcdef',
      token.accessToken as string,
      callback.searchParams.get('code') ?? '',
      callback.searchParams.get('state') ?? '',
      [...browser.cookies.values()][0] ?? 'none',
      adminToken,
      serviceToken,
    ];
    const kept = `${await stage.dump()}\n${auth.log.join('\n')}`;
    expect(secrets.filter((secret) => kept.includes(secret))).toEqual([]);
  });
});
