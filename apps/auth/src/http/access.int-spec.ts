import { type AuthService, serviceToken, startAuth } from '../../../../test/auth/auth-service.js';
import { call } from '../../../../test/auth/auth-client.js';
import { migratedDatabase, type MigratedDatabase } from '../../../../test/database.js';

describe('access to auth', () => {
  let database: MigratedDatabase;
  let auth: AuthService;

  beforeAll(async () => {
    database = await migratedDatabase();
    auth = await startAuth(database.url);
  });
  afterAll(async () => {
    await auth.stop();
    await database.drop();
  });

  it('slows down whoever keeps failing, and lets right credentials pass', async () => {
    const attempts = Array.from({ length: 40 }, () => call('GET', `${auth.url}/connections`, { token: 'x' }));
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses).toContain(429);
    const slowed = await call('GET', `${auth.url}/connections`);
    expect(slowed).toMatchObject({ status: 429, json: { title: 'Too Many Requests' } });
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
    await expect(call('GET', `${auth.url}/connections`, { token: serviceToken })).resolves.toMatchObject({
      status: 200,
    });
  });

  it('sends security headers and forbids caching', async () => {
    const { headers } = await call('GET', `${auth.url}/oauth/callback/constant-contact`);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});
