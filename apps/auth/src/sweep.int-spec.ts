import { Secret } from '@portage/platform';
import { asAdmin, asService, Browser, call } from '../../../test/auth/auth-client.js';
import { AuthProcess } from '../../../test/auth/auth-process.js';
import { adminToken, encryptionKeys, serviceToken } from '../../../test/auth/auth-service.js';
import { application, klaviyoApplication, klaviyoKey, Stage } from '../../../test/auth/stage.js';
import { Vault } from './credentials/vault.js';

interface SealedRow {
  readonly connection_id: string;
  readonly provider: string;
  readonly access_token: string | null;
  readonly refresh_token: string | null;
}

const email = /[\w.+-]+@[\w-]+\.[a-z]{2,}/i;
const phone = /\+\d{8,15}\b/;

/** A process at its most talkative goes through everything that can go well or wrong; then every place is looked into. Invariant 10 */
it('leaves no secret, no token and no person in logs, metrics, errors or the database', async () => {
  const stage = await Stage.open();
  const process = await AuthProcess.start(stage, { LOG_LEVEL: 'debug', AUTH_PORT: String(stage.port) });
  const answers: string[] = [];
  const secrets = new Set<string>([
    ...[application.clientSecret, klaviyoKey, klaviyoApplication.secret, adminToken, serviceToken],
    ...[encryptionKeys.slice(3), 'pk_never_good', 'a-later-secret'],
  ]);
  const { url } = process;
  /** Answers of auth, without those whose purpose is to hand out a token. */
  const told = async (answer: ReturnType<typeof call>) => {
    const { status, text, json } = await answer;
    answers.push(text);
    return { status, json: json as { id: string; authorizeUrl: string } };
  };
  const consent = async (link: string, browser = new Browser()) => {
    const begun = await browser.open(link);
    for (const value of browser.cookies.values()) secrets.add(value);
    const granted = await browser.open(begun.headers.get('location') ?? '');
    const callback = granted.headers.get('location') ?? '';
    const query = new URL(callback).searchParams;
    for (const name of ['code', 'state']) secrets.add(query.get(name) ?? 'none');
    answers.push(begun.text, (await browser.open(callback)).text);
    return callback;
  };
  const learnTokens = async () => {
    const vault = new Vault([{ id: 'k1', key: new Secret(encryptionKeys.slice(3)) }]);
    for (const row of await stage.sql<SealedRow>('SELECT * FROM auth.credentials')) {
      for (const column of ['access_token', 'refresh_token'] as const) {
        const place = { table: 'auth.credentials', row: `${row.connection_id}/${row.provider}`, column };
        if (row[column] !== null) secrets.add(vault.open(row[column], place).reveal());
      }
    }
  };
  const body = { name: 'Swept', constantContact: application, klaviyo: { privateKey: klaviyoKey } };
  try {
    const { json } = await told(asAdmin('POST', `${url}/connections`, body));
    const id = json.id;
    const tokens = `${url}/connections/${id}/tokens`;
    const callback = await consent(json.authorizeUrl);
    await told(call('GET', callback));
    await learnTokens();
    await asService('POST', `${tokens}/constant-contact`, {});
    await asService('POST', `${tokens}/constant-contact`, { rejectedGeneration: 1 });
    await learnTokens();
    const byOAuth = await told(asAdmin('POST', `${url}/connections`, { ...body, klaviyo: { oauth: true } }));
    stage.source.setAutoConsent(stage.source.accounts()[1]?.id);
    await consent(byOAuth.json.authorizeUrl);
    await consent((await told(asAdmin('GET', `${url}/connections/${byOAuth.json.id}`))).json.authorizeUrl);
    await learnTokens();
    const bad = { ...body, klaviyo: { privateKey: 'pk_never_good' } };
    expect((await told(asAdmin('POST', `${url}/connections`, bad))).status).toBe(422);
    const misplaced = {
      name: 5,
      klaviyo: klaviyoKey,
      constantContact: { clientId: application.clientSecret, [klaviyoKey.slice(3)]: 1 },
    };
    expect(
      (await told(asAdmin('POST', `${url}/connections`, { ...misplaced, constantContact: application.clientSecret })))
        .status,
    ).toBe(422);
    await told(
      call('POST', `${url}/connections`, { token: adminToken, body: `{"secret": "${application.clientSecret}` }),
    );
    for (const token of [`${adminToken}x`, serviceToken]) await told(call('GET', `${url}/audit`, { token }));
    await told(call('GET', `${url}/connections/${id}/authorize?ticket=${adminToken}`));
    for (const kind of ['reset_after', 'truncated', 'html_403', 'status'] as const) {
      await stage.expire();
      stage.source.fault({ kind, status: 500, endpoint: 'POST /oauth2/default/v1/token', count: 1 });
      await told(asService('POST', `${tokens}/constant-contact`, {}));
    }
    await told(asAdmin('PATCH', `${url}/connections/${id}`, { constantContact: { clientSecret: 'a-later-secret' } }));
    const audit = await told(asAdmin('GET', `${url}/audit`));
    expect(audit.status).toBe(200);
    const metrics = (await call('GET', process.metricsUrl)).text;
    expect(metrics).toContain('portage_auth_exchanges_total');
    const places = { logs: process.output(), metrics, answers: answers.join('\n'), database: await stage.dump() };
    expect(places.logs).toContain('auth');
    expect(secrets.size).toBeGreaterThan(14);
    for (const [place, text] of Object.entries(places)) {
      const found = [...secrets].filter((secret) => text.includes(secret));
      expect([place, found]).toEqual([place, []]);
      expect([place, email.exec(text)?.[0], phone.exec(text)?.[0]]).toEqual([place, undefined, undefined]);
    }
  } finally {
    await process.stop();
    await stage.close();
  }
});
