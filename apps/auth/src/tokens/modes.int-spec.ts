import { ManualClock } from '@portage/simulators';
import { asAdmin, asService, Browser } from '../../../../test/auth/auth-client.js';
import { type AuthService } from '../../../../test/auth/auth-service.js';
import { application, Stage } from '../../../../test/auth/stage.js';

const tokenEndpoint = 'POST /oauth2/default/v1/token';
const hour = 3_600_000;

interface Shown {
  readonly status: string;
  readonly reason: string | null;
  readonly authorizeUrl: string;
}

describe.each([
  ['rotating', 0],
  ['long_lived', 0],
  ['rotating', 5 * hour],
  ['rotating', -5 * hour],
] as const)('refresh tokens that are %s, at a vendor whose clock is off by %i ms', (tokenType, skew) => {
  let stage: Stage;
  let auth: AuthService;
  let id: string;

  beforeAll(async () => {
    stage = await Stage.open({ tokenType, ...(skew === 0 ? {} : { clock: new ManualClock(Date.now() + skew) }) });
    auth = await stage.auth();
  });
  beforeEach(async () => {
    await stage.reset();
    stage.registered.clientSecret = application.clientSecret;
    id = await stage.connect(auth);
    stage.source.resetCounters();
  });
  afterAll(() => stage.close());

  const ask = (body: unknown = {}) => asService('POST', `${auth.url}/connections/${id}/tokens/constant-contact`, body);
  const exchanges = () => stage.source.counts()[tokenEndpoint]?.requests ?? 0;
  const shown = async () => (await asAdmin('GET', `${auth.url}/connections/${id}`)).json as Shown;
  const works = async (accessToken: string) => {
    const headers = { authorization: `Bearer ${accessToken}` };
    return (await fetch(`${stage.source.url}/v3/account/summary`, { headers })).status === 200;
  };

  it('are used again and again', async () => {
    for (const generation of [2, 3, 4]) {
      await stage.expire();
      const answer = await ask();
      expect(answer).toMatchObject({ status: 200, json: { generation } });
      expect(await works(answer.json.accessToken as string)).toBe(true);
    }
    expect(exchanges()).toBe(3);
    expect(stage.source.violations()).toEqual([]);
  });

  it('give a token whose life is counted here, whatever the clocks of vendor and process say', async () => {
    const { json } = await ask();
    const life = Date.parse(json.expiresAt as string) - Date.now();
    expect(life).toBeGreaterThan(23 * hour);
    expect(life).toBeLessThanOrEqual(24 * hour);
    const now = Date.now();
    const clock = Date.now;
    Date.now = () => now + 30 * hour;
    const answer = await ask().finally(() => {
      Date.now = clock;
    });
    expect(answer).toMatchObject({ json: { generation: 1 } });
    expect(exchanges()).toBe(0);
  });

  it('replace a token that was revoked early', async () => {
    stage.source.revoke(application.clientId, stage.source.account().id, 'access');
    const { json } = await ask();
    expect(await works(json.accessToken as string)).toBe(false);
    const next = await ask({ rejectedGeneration: json.generation as number });
    expect(await works(next.json.accessToken as string)).toBe(true);
  });

  it('need the owner once they are revoked themselves, with the link', async () => {
    stage.source.revoke(application.clientId, stage.source.account().id, 'all');
    await expect(ask({ rejectedGeneration: 1 })).resolves.toMatchObject({
      status: 409,
      json: { code: 'auth.reconnect_required' },
    });
    await new Browser().follow((await shown()).authorizeUrl);
    await expect(ask()).resolves.toMatchObject({ status: 200, json: { generation: 2 } });
  });

  it('go on after a mistyped secret was corrected, without a new consent', async () => {
    const secret = (clientSecret: string) =>
      asAdmin('PATCH', `${auth.url}/connections/${id}`, { constantContact: { clientSecret } });
    await secret('a-mistyped-secret');
    await stage.expire();
    await expect(ask()).resolves.toMatchObject({ status: 409, json: { code: 'auth.reconnect_required' } });
    await secret(application.clientSecret);
    await expect(shown()).resolves.toMatchObject({ status: 'active', reason: null });
    const { status } = await ask();
    expect(status).toBe(200);
  });

  it('go on after a new secret was generated, given here and consented to', async () => {
    stage.registered.clientSecret = 'a-newer-secret';
    // With the former secret the vendor ends what was granted under it.
    stage.source.revoke(application.clientId, stage.source.account().id, 'all');
    await stage.expire();
    await expect(ask()).resolves.toMatchObject({ status: 409, json: { code: 'auth.reconnect_required' } });
    await expect(shown()).resolves.toMatchObject({
      status: 'reconnect_required',
      reason: expect.stringContaining('API key and secret') as string,
    });
    const changed = { constantContact: { clientSecret: 'a-newer-secret' } };
    await asAdmin('PATCH', `${auth.url}/connections/${id}`, changed);
    await expect(ask()).resolves.toMatchObject({ status: 409, json: { code: 'auth.reconnect_required' } });
    const page = await new Browser().follow((await shown()).authorizeUrl);
    expect(page.status).toBe(200);
    await stage.expire();
    await expect(ask()).resolves.toMatchObject({ status: 200, json: { generation: 3 } });
  });
});
