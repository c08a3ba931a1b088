import { createServer } from 'node:net';
import pg from 'pg';
import {
  type ConstantContactOptions,
  type ConstantContactSimulator,
  generateAccount,
  type KlaviyoOptions,
  type KlaviyoSimulator,
  startConstantContact,
  startKlaviyo,
} from '@portage/simulators';
import { sleep } from '@portage/platform';
import { migratedDatabase, type MigratedDatabase } from '../database.js';
import { asAdmin, Browser } from './auth-client.js';
import { type AuthService, startAuth } from './auth-service.js';

export const application = { clientId: '0f2a8b1c-11aa-42bb-93cc-44dd55ee66ff', clientSecret: 'the-client-secret' };
export const klaviyoKey = 'pk_0123456789abcdef';
export const klaviyoApplication = { id: 'klaviyo-client-0001', secret: 'the-klaviyo-client-secret' };

/** Both vendors simulated, a database, and as many auth services as a test asks for behind one public address. */
export class Stage {
  readonly #services: AuthService[] = [];
  readonly #privileges: readonly string[];

  private constructor(
    readonly database: MigratedDatabase,
    readonly source: ConstantContactSimulator,
    readonly target: KlaviyoSimulator,
    readonly port: number,
    /** The application as the vendor knows it; its owner may generate a new secret there. */
    readonly registered: { clientSecret: string },
  ) {
    this.#privileges = [...source.account().privileges];
  }

  static async open(
    options: Partial<ConstantContactOptions> & { readonly tokenType?: 'rotating' | 'long_lived' } = {},
    klaviyo: Partial<KlaviyoOptions> = {},
  ): Promise<Stage> {
    const { tokenType = 'rotating', ...vendor } = options;
    const port = await freePort();
    const redirectUris = [`http://127.0.0.1:${port}/oauth/callback/constant-contact`];
    const accounts = [1, 2].map((seed) =>
      generateAccount({ seed, contacts: 5, lists: 1, campaigns: 0, now: Date.now() }),
    );
    const registered = { ...application, redirectUris, tokenType };
    const source = await startConstantContact({
      applications: [registered],
      accounts,
      autoConsent: accounts[0]?.id ?? '',
      limits: false,
      ...vendor,
    });
    const target = await startKlaviyo({
      accounts: [
        {
          id: 'AcctA1',
          name: 'A Shop',
          keys: [
            { key: klaviyoKey },
            { key: 'pk_second' },
            { key: 'pk_narrow', scopes: ['accounts:read', 'profiles:read', 'metrics:read'] },
          ],
        },
        { id: 'AcctB2', name: 'Elsewhere', keys: [{ key: 'pk_elsewhere' }] },
      ],
      oauthClients: [klaviyoApplication],
      limits: false,
      delays: 'none',
      ...klaviyo,
    });
    return new Stage(await migratedDatabase(), source, target, port, registered);
  }

  /** What every auth of this stage is told of its surroundings. */
  get variables(): Readonly<Record<string, string>> {
    return {
      PUBLIC_URL: `http://127.0.0.1:${this.port}`,
      CONSTANT_CONTACT_API_URL: this.source.url,
      CONSTANT_CONTACT_AUTH_URL: this.source.authUrl,
      KLAVIYO_API_URL: this.target.url,
      KLAVIYO_AUTHORIZE_URL: `${this.target.url}/oauth/authorize`,
      KLAVIYO_CLIENT_ID: klaviyoApplication.id,
      KLAVIYO_CLIENT_SECRET: klaviyoApplication.secret,
      KLAVIYO_LIMIT_SCALE: '0',
      CONSTANT_CONTACT_RATE: '1000',
      LEASE_SECONDS: '2',
    };
  }

  /** The first service listens where the public address points to. */
  async auth(variables: Readonly<Record<string, string>> = {}): Promise<AuthService> {
    const service = await startAuth(this.database.url, {
      AUTH_PORT: this.#services.length === 0 ? String(this.port) : '0',
      ...this.variables,
      ...variables,
    });
    this.#services.push(service);
    return service;
  }

  async create(auth: Pick<AuthService, 'url'>, name = 'A Shop'): Promise<{ id: string; authorizeUrl: string }> {
    const answer = await asAdmin('POST', `${auth.url}/connections`, {
      name,
      constantContact: application,
      klaviyo: { privateKey: klaviyoKey },
    });
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.json as { id: string; authorizeUrl: string };
  }

  /** A connection that its owner has consented to. */
  async connect(auth: Pick<AuthService, 'url'>): Promise<string> {
    const { id, authorizeUrl } = await this.create(auth);
    const page = await new Browser().follow(authorizeUrl);
    if (page.status !== 200) throw new Error(page.text);
    return id;
  }

  /** Lets the Constant Contact token of every connection run out. */
  async expire(): Promise<void> {
    await this.sql(
      `UPDATE auth.credentials SET issued_at = now() - interval '1 day', expires_at = now() - interval '1 second', retry_at = NULL
       WHERE provider = 'constant-contact'`,
    );
  }

  /** Looks until it is so; Jest's own time limit ends the wait. */
  async until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) await sleep(50);
  }

  /** Forgets every connection and every trouble that a test made; services and servers stay. */
  async reset(): Promise<void> {
    await this.sql('TRUNCATE auth.connections, auth.exchanges, auth.leases CASCADE; TRUNCATE budget.pace');
    this.source.clearFaults();
    this.source.resetCounters();
    this.source.setAutoConsent(this.source.account().id);
    for (const account of this.source.accounts()) account.privileges = [...this.#privileges];
    this.target.clearFaults();
  }

  /** Looks into, or reaches into, the database past the service. */
  async sql<T extends pg.QueryResultRow>(statement: string, values: unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.database.url.reveal() });
    await client.connect();
    try {
      return (await client.query<T>(statement, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Everything that auth has stored, as text. */
  async dump(): Promise<string> {
    const tables = await this.sql<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'auth' ORDER BY 1`,
    );
    const rows = await Promise.all(tables.map(({ name }) => this.sql(`SELECT * FROM auth.${name}`)));
    return JSON.stringify(rows);
  }

  async close(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.stop()));
    await Promise.all([this.source.stop(), this.target.stop()]);
    await this.database.drop();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
