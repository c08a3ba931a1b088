import { adminToken, type AuthService, serviceToken, startAuth } from '../../../../test/auth/auth-service.js';
import { call } from '../../../../test/auth/auth-client.js';
import { migratedDatabase, type MigratedDatabase } from '../../../../test/database.js';

/** Every route and who may call it. A route that is missing here fails the first test. */
const routes: Readonly<Record<string, readonly ('admin' | 'service')[] | 'open'>> = {
  'GET /health/live': 'open',
  'GET /health/ready': 'open',
  'POST /connections': ['admin'],
  'GET /connections': ['admin', 'service'],
  'GET /connections/:id': ['admin', 'service'],
  'PATCH /connections/:id': ['admin'],
  'DELETE /connections/:id': ['admin'],
  'POST /connections/:id/pause': ['admin'],
  'POST /connections/:id/resume': ['admin'],
  'POST /connections/:id/disconnect': ['admin'],
  'POST /connections/:id/tokens/:provider': ['service'],
  'GET /connections/:id/authorize': 'open',
  'GET /oauth/callback/constant-contact': 'open',
};

const tokens = { admin: adminToken, service: serviceToken } as const;

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

  it('is decided for every route there is', () => {
    expect(auth.routes.filter((route) => !route.startsWith('HEAD ')).sort()).toEqual(Object.keys(routes).sort());
  });

  describe.each(Object.entries(routes))('%s', (route, allowed) => {
    const [method = '', path = ''] = route.split(' ');
    const url = () => auth.url + path.replace(':id', 'none').replace(':provider', 'klaviyo');

    it.each(['admin', 'service'] as const)('as %s', async (scope) => {
      const { status } = await call(method, url(), { token: tokens[scope] });
      const refused = path.includes('authorize') || path.includes('callback') ? [401] : [401, 403];
      if (allowed === 'open' || allowed.includes(scope)) expect(refused).not.toContain(status);
      else expect(status).toBe(403);
    });

    it('without a credential, or with a wrong one', async () => {
      for (const token of [undefined, `${adminToken}x`]) {
        const { status, text } = await call(method, url(), token ? { token } : {});
        if (allowed === 'open') expect(status).not.toBe(401);
        else {
          // Beyond the limit on failures the same refusal is a 429.
          expect([401, 429]).toContain(status);
          expect(text).not.toContain('detail');
        }
      }
    });
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
