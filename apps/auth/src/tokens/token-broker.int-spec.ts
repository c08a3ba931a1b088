import { Secret } from '@portage/platform';
import { asAdmin, asService } from '../../../../test/auth/auth-client.js';
import { type AuthService, encryptionKeys } from '../../../../test/auth/auth-service.js';
import { application, klaviyoKey, Stage } from '../../../../test/auth/stage.js';
import { Vault } from '../credentials/vault.js';
import { constantContactOAuth } from '../vendors/constant-contact-oauth.js';

const tokenEndpoint = 'POST /oauth2/default/v1/token';

interface Shown {
  readonly status: string;
  readonly reason: string | null;
  readonly authorizeUrl?: string;
}

describe('the token broker', () => {
  let stage: Stage;
  let auth: AuthService;
  let id: string;

  beforeAll(async () => {
    stage = await Stage.open();
    auth = await stage.auth();
  });
  beforeEach(async () => {
    await stage.reset();
    id = await stage.connect(auth);
    stage.source.resetCounters();
  });
  afterAll(() => stage.close());

  const ask = (provider = 'constant-contact', body: unknown = {}, service = auth) =>
    asService('POST', `${service.url}/connections/${id}/tokens/${provider}`, body);
  const exchanges = () => stage.source.counts()[tokenEndpoint]?.requests ?? 0;
  const age = (remainingSeconds: number) =>
    stage.sql(
      `UPDATE auth.credentials SET issued_at = now() - interval '23 hours', retry_at = NULL,
         expires_at = now() + $1 * interval '1 second' WHERE provider = 'constant-contact'`,
      [remainingSeconds],
    );
  const connection = async () => (await asAdmin('GET', `${auth.url}/connections/${id}`)).json as Shown;

  /** What a process leaves that is killed between journal and answer: an open entry under a lease that nobody renews. */
  const leaveOpenExchange = async () => {
    await stage.sql(
      `INSERT INTO auth.leases VALUES ('constant-contact:' || $1::text, 'dead', 9, now() - interval '1 second')`,
      [id],
    );
    await stage.sql(
      `INSERT INTO auth.exchanges (connection_id, provider, generation, fence)
       SELECT connection_id, provider, generation, 9 FROM auth.credentials WHERE provider = 'constant-contact'`,
    );
  };

  it('hands out a fresh token without asking the vendor', async () => {
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(first).toMatchObject({
      status: 200,
      json: { scheme: 'Bearer', generation: 1, expiresAt: expect.stringMatching(/Z$/) as string },
    });
    expect(second.json).toEqual(first.json);
    expect(exchanges()).toBe(0);
    const answer = await fetch(`${stage.source.url}/v3/account/summary`, {
      headers: { authorization: `Bearer ${first.json.accessToken}` },
    });
    expect(answer.status).toBe(200);
  });

  it('exchanges once for hundreds of callers over four processes. Invariant 8', async () => {
    const brokers = [auth, ...(await Promise.all([stage.auth(), stage.auth(), stage.auth()]))];
    await age(-1);
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, index) => ask('constant-contact', {}, brokers[index % brokers.length])),
    );
    expect(exchanges()).toBe(1);
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => answer.json.generation as number))).toEqual(new Set([2]));
    expect(new Set(answers.map((answer) => answer.json.accessToken as string)).size).toBe(1);
    expect(stage.source.violations()).toEqual([]);
  });

  it('renews a token that the vendor refused, and only that one', async () => {
    stage.source.revoke(application.clientId, stage.source.account().id, 'access');
    await expect(ask('constant-contact', { rejectedGeneration: 1 })).resolves.toMatchObject({
      json: { generation: 2 },
    });
    await expect(ask('constant-contact', { rejectedGeneration: 1 })).resolves.toMatchObject({
      json: { generation: 2 },
    });
    expect(exchanges()).toBe(1);
  });

  it('renews with less than a tenth of its life left, and goes on with the old token while the vendor is down', async () => {
    await age(3600);
    stage.source.fault({ kind: 'status', status: 503, endpoint: tokenEndpoint });
    await expect(ask()).resolves.toMatchObject({ status: 200, json: { generation: 1 } });
    await expect(ask()).resolves.toMatchObject({ status: 200, json: { generation: 1 } });
    // The second caller did not ask again: the wait after the failure is shared.
    expect(exchanges()).toBe(1);
    stage.source.clearFaults();
    await age(3600);
    await expect(ask()).resolves.toMatchObject({ status: 200, json: { generation: 2 } });
  });

  it('says how long to wait when there is nothing to go on with', async () => {
    await age(-1);
    stage.source.fault({ kind: 'reset_before', endpoint: tokenEndpoint, count: 1 });
    const answer = await ask();
    expect(answer).toMatchObject({ status: 503, json: { code: 'auth.token_unavailable' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await age(-1);
    await expect(ask()).resolves.toMatchObject({ status: 200, json: { generation: 2 } });
  });

  it('tries once more after a lost answer, and then needs the owner at once', async () => {
    await age(-1);
    stage.source.fault({ kind: 'reset_after', endpoint: tokenEndpoint, count: 1 });
    await expect(ask()).resolves.toMatchObject({ status: 503 });
    await age(-1);
    await expect(ask()).resolves.toMatchObject({ status: 409, json: { code: 'auth.reconnect_required' } });
    const { status, reason, authorizeUrl } = await connection();
    expect(status).toBe('reconnect_required');
    expect(reason).toContain('was lost');
    expect(authorizeUrl).toContain('/authorize?ticket=');
    expect(exchanges()).toBe(2);
    const audit = await stage.sql(
      `SELECT outcome FROM auth.audit WHERE action = 'credential.rejected' AND connection_id = $1`,
      [id],
    );
    expect(audit).toEqual([{ outcome: 'auth.grant_refused' }]);
  });

  it('resolves an exchange that a killed process left before it was sent', async () => {
    await leaveOpenExchange();
    await stage.until(async () => (await ask()).json.generation === 2);
    await expect(connection()).resolves.toMatchObject({ status: 'active' });
    await expect(stage.sql('SELECT outcome, attempts FROM auth.exchanges')).resolves.toEqual([
      { outcome: 'renewed', attempts: 2 },
    ]);
  });

  it('resolves an exchange whose answer died with its process: the owner is asked, unprompted by any caller', async () => {
    const [row] = await stage.sql<{ refresh_token: string }>(
      `SELECT refresh_token FROM auth.credentials WHERE provider = 'constant-contact'`,
    );
    const vault = new Vault([{ id: 'k1', key: new Secret(encryptionKeys.slice(3)) }]);
    const place = { table: 'auth.credentials', row: `${id}/constant-contact`, column: 'refresh_token' };
    const refreshToken = vault.open(row?.refresh_token ?? '', place);
    const client = { id: application.clientId, secret: new Secret(application.clientSecret) };
    await constantContactOAuth(stage.source.authUrl).refresh(client, refreshToken, 5000);
    await leaveOpenExchange();
    await stage.until(async () => (await connection()).status === 'reconnect_required');
    await expect(connection()).resolves.toMatchObject({ reason: expect.stringContaining('was lost') as string });
  });

  it('leaves an exchange of a living process alone', async () => {
    await leaveOpenExchange();
    await stage.sql(`UPDATE auth.leases SET expires_at = now() + interval '1 minute'`);
    await age(3600);
    await auth.recovery().resolve();
    expect(exchanges()).toBe(0);
  });

  it('gives nothing while paused, disconnected, not consented or unknown', async () => {
    await asAdmin('POST', `${auth.url}/connections/${id}/pause`);
    await expect(ask()).resolves.toMatchObject({ status: 409, json: { code: 'auth.not_active' } });
    await expect(ask('klaviyo')).resolves.toMatchObject({ status: 409, json: { code: 'auth.not_active' } });
    await asAdmin('POST', `${auth.url}/connections/${id}/resume`);
    await expect(ask()).resolves.toMatchObject({ status: 200 });
    await asAdmin('POST', `${auth.url}/connections/${id}/disconnect`);
    await expect(ask()).resolves.toMatchObject({ status: 409, json: { code: 'auth.not_active' } });
    ({ id } = await stage.create(auth));
    await expect(ask()).resolves.toMatchObject({ status: 409, json: { code: 'auth.not_active' } });
    id = 'nobody';
    await expect(ask()).resolves.toMatchObject({ status: 404, json: { code: 'auth.unknown_connection' } });
    await expect(ask('mailchimp')).resolves.toMatchObject({ status: 422 });
    await expect(ask('klaviyo', { rejectedGeneration: 'x' })).resolves.toMatchObject({
      status: 422,
      json: { detail: expect.stringContaining('rejectedGeneration') as string },
    });
  });

  it('hands out the Klaviyo key, asks about it when it was refused, and tells the owner when it is gone', async () => {
    const key = { accessToken: klaviyoKey, scheme: 'Klaviyo-API-Key', expiresAt: null, generation: 1 };
    await expect(ask('klaviyo')).resolves.toMatchObject({ status: 200, json: key });
    await expect(ask('klaviyo', { rejectedGeneration: 1 })).resolves.toMatchObject({ status: 200, json: key });
    stage.target.fault({ kind: 'status', status: 401, endpoint: 'GET /api/accounts', count: 1 });
    await expect(ask('klaviyo', { rejectedGeneration: 1 })).resolves.toMatchObject({
      status: 409,
      json: { code: 'auth.reconnect_required' },
    });
    await expect(connection()).resolves.toMatchObject({ status: 'reconnect_required' });
    await expect(ask('klaviyo')).resolves.toMatchObject({ status: 409 });
  });

  it('keeps an idle connection alive, once for all replicas', async () => {
    const other = await stage.auth();
    await stage.sql(
      `UPDATE auth.credentials SET issued_at = now() - interval '8 days' WHERE provider = 'constant-contact'`,
    );
    await asAdmin('POST', `${auth.url}/connections/${id}/pause`);
    await Promise.all([auth.dailyWork().run(), other.dailyWork().run()]);
    expect(exchanges()).toBe(1);
    await auth.dailyWork().run();
    expect(exchanges()).toBe(1);
    await asAdmin('POST', `${auth.url}/connections/${id}/resume`);
    await expect(ask()).resolves.toMatchObject({ json: { generation: 2 } });
  });
});
