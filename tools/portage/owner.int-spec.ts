import { Command } from 'commander';
import { Browser } from '../../test/auth/auth-client.js';
import { adminToken, type AuthService } from '../../test/auth/auth-service.js';
import { application, klaviyoKey, Stage } from '../../test/auth/stage.js';
import { addAudit } from './audit.js';
import { addConnect } from './connect.js';
import { addConnections } from './connections.js';
import { addKeys } from './keys.js';
import { Services } from './services.js';
import { addVerify } from './verify.js';
import { whichConnection } from './which-connection.js';

const secrets = { CONSTANT_CONTACT_CLIENT_SECRET: application.clientSecret, KLAVIYO_PRIVATE_KEY: klaviyoKey };
const newConnection = ['connect', '--name', 'A Shop', '--client-id', application.clientId, '--minutes', '2', '--json'];

describe('the command line of an owner', () => {
  let stage: Stage;
  let auth: AuthService;
  let said: string[];

  beforeAll(async () => {
    stage = await Stage.open();
    auth = await stage.auth();
  });
  beforeEach(async () => {
    await stage.reset();
    said = [];
    process.exitCode = undefined;
  });
  afterAll(async () => {
    process.exitCode = undefined;
    await stage.close();
  });

  /** Runs one command and answers its JSON document. `onSaid` sees each line that a person would. */
  const portage = async (
    args: readonly string[],
    { env = secrets, onSaid }: { env?: Record<string, string>; onSaid?: (line: string) => void } = {},
  ): Promise<Record<string, unknown>> => {
    let printed: unknown;
    const say = (line: string) => {
      said.push(line);
      onSaid?.(line);
    };
    const services = new Services({ AUTH_URL: auth.url, PORTAGE_ADMIN_TOKEN: adminToken }, say, 1000);
    const context = { services, say, print: (value: unknown) => (printed = value) };
    const program = new Command('portage').exitOverride().configureOutput({ writeErr: () => undefined });
    addConnect(program, context, env);
    addConnections(program, context);
    addAudit(program, context);
    addKeys(program, context);
    addVerify(program, context);
    await program.parseAsync([...args], { from: 'user' });
    return printed as Record<string, unknown>;
  };
  const connected = async (): Promise<string> => {
    const { connectionId, authorizeUrl } = await portage([...newConnection, '--no-wait']);
    await new Browser().follow(authorizeUrl as string);
    return connectionId as string;
  };

  it('walks them through connecting and waits until they have consented', async () => {
    const waiting = portage(newConnection, {
      onSaid: (line) => {
        if (line.startsWith('waiting')) void consentToTheOnly();
      },
    });
    const consentToTheOnly = async () => {
      const [row] = await stage.sql<{ id: string }>('SELECT id FROM auth.connections');
      const { authorizeUrl } = await portage(['connect', '--connection', row?.id ?? '', '--no-wait', '--json']);
      await new Browser().follow(authorizeUrl as string);
    };
    await expect(waiting).resolves.toMatchObject({ status: 'active', reason: null });
    expect(process.exitCode).toBe(0);
    expect(said.join('\n')).toContain(`${auth.url}/oauth/callback/constant-contact`);
    expect(said.join('\n')).toContain('ten minutes');
    expect(said.join('\n')).not.toContain(application.clientSecret);
  });

  it('asks for nothing where nobody can answer, and names what is missing', async () => {
    await expect(portage(newConnection, { env: {} })).rejects.toMatchObject({
      code: 'cli.usage',
      message: expect.stringContaining('CONSTANT_CONTACT_CLIENT_SECRET') as string,
    });
  });

  it('lets another account take the place of the former one only when forced', async () => {
    const id = await connected();
    stage.source.setAutoConsent(stage.source.accounts()[1]?.id);
    const again = ['connect', '--connection', id, '--no-wait', '--json'];
    const refused = await new Browser().follow((await portage(again)).authorizeUrl as string);
    const taken = await new Browser().follow((await portage([...again, '--force'])).authorizeUrl as string);
    expect([refused.status, taken.status]).toEqual([422, 200]);
  });

  it('pauses, resumes and disconnects', async () => {
    const id = await connected();
    for (const [change, status] of [
      ['pause', 'paused'],
      ['resume', 'active'],
      ['disconnect', 'disconnected'],
    ] as const) {
      await expect(portage([change, '--connection', id, '--json'])).resolves.toMatchObject({ id, status });
    }
    await expect(portage(['connections', '--json'])).resolves.toMatchObject({ connections: [{ id }] });
  });

  it('compares the only connection without being told which, and asks where there is a choice', async () => {
    const verify = ['verify', '--json'];
    await expect(portage(verify)).rejects.toMatchObject({
      code: 'cli.usage',
      message: expect.stringContaining('portage connect') as string,
    });
    const id = await connected();
    const services = new Services({ AUTH_URL: auth.url, PORTAGE_ADMIN_TOKEN: adminToken }, () => undefined, 1000);
    await expect(whichConnection(services, undefined)).resolves.toBe(id);
    const { connectionId: other } = await portage([...newConnection, '--no-wait']);
    await expect(portage(verify)).rejects.toMatchObject({
      code: 'cli.usage',
      message: expect.stringContaining(`--connection ${other as string}`) as string,
    });
    await portage(['disconnect', '--connection', other as string, '--json']);
    await expect(whichConnection(services, undefined)).resolves.toBe(id);
  });

  it('shows the audit and rotates keys', async () => {
    const id = await connected();
    const audit = await portage(['audit', '--connection', id, '--limit', '1', '--json']);
    expect(audit).toMatchObject({
      entries: [{ action: 'consent.completed', actor: 'owner' }],
      next: expect.any(Number) as number,
    });
    const done = await portage(['keys', 'rotate', '--json']);
    expect(done).toEqual({ keyId: 'k1', turns: 1, credentials: 0, authorizations: 0 });
  });
});
