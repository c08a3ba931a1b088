import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, createTopicPrefix, type TestDatabase, testServers } from '../servers.js';
import { type Ended, freePort, freePorts, root, runCommand } from './portage.js';

/** What is wrong is said in one sentence, and the exit code tells whose turn it is. */
describe('a failure', () => {
  let home: string;
  let env: NodeJS.ProcessEnv;
  let database: TestDatabase;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'portage-e2e-'));
    database = await createDatabase();
    env = {
      ...process.env,
      ...(await freePorts()),
      PORTAGE_HOME: home,
      DATABASE_URL: database.url,
      TOPIC_PREFIX: createTopicPrefix('failures'),
      PORTAGE_ADMIN_TOKEN: '',
      PORTAGE_SERVICE_TOKEN: 'service-token-of-the-end-to-end-tests',
      PORTAGE_ENCRYPTION_KEYS: '',
    };
  });

  afterAll(async () => {
    await database.drop();
    await rm(home, { recursive: true, force: true });
  });

  const run = (command: string, given: Readonly<Record<string, string>> = {}, args: readonly string[] = []) =>
    runCommand([command, ...args], { ...env, ...given });

  describe('of a server', () => {
    it('that is not there ends a start', async () => {
      const port = await freePort();
      const addresses = {
        KAFKA_BROKERS: `127.0.0.1:${port}`,
        SCHEMA_REGISTRY_URL: `http://127.0.0.1:${port}/apis/ccompat/v7`,
        DATABASE_URL: `postgres://portage:hidden@127.0.0.1:${port}/portage`,
      };
      await Promise.all(
        Object.entries(addresses).map(async ([variable, address]) => {
          const ended = await run('up', { [variable]: address, PORTAGE_HOME: join(home, variable) });
          expect(lastWords(ended)).toBe(
            `Nothing answers at 127.0.0.1:${port}: start that server, or change or unset ${variable}.`,
          );
          expect(ended.code).toBe(3);
        }),
      );
    });

    it('that is not there, said by every program that needs it', async () => {
      const port = await freePort();
      const programs = await Promise.all([
        run('topics-apply', { KAFKA_BROKERS: `127.0.0.1:${port}` }),
        run('schemas-check', { SCHEMA_REGISTRY_URL: `http://127.0.0.1:${port}` }),
        run('schemas-register', { SCHEMA_REGISTRY_URL: `http://127.0.0.1:${port}` }),
        run('db-migrate', { DATABASE_URL: `postgres://portage:hidden@127.0.0.1:${port}/portage` }),
      ]);
      const variables = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'SCHEMA_REGISTRY_URL', 'DATABASE_URL'];
      for (const [index, ended] of programs.entries()) {
        expect(lastWords(ended)).toContain(variables[index]);
        expect(lastWords(ended)).not.toContain('hidden');
        expect(ended.code).toBe(3);
      }
    });

    it('that refuses the password', async () => {
      const wrong = new URL(testServers().database);
      wrong.password = 'wrong-password';
      const ended = await run('db-migrate', { DATABASE_URL: wrong.href });
      expect(lastWords(ended)).toContain('DATABASE_URL');
      expect(ended.stderr).not.toContain('wrong-password');
      expect(ended.code).toBe(3);
    });

    it('that nothing on this machine can run: no Java, no Docker', async () => {
      const folder = await bareFolder(home);
      const given = { PATH: folder, JAVA_HOME: '', KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '', DATABASE_URL: '' };
      const ended = await run('up', given);
      expect(lastWords(ended)).toMatch(/need Java 17 or newer and Maven .* or a Docker engine\.$/);
      expect(ended.code).toBe(3);
    });
  });

  describe('of a port', () => {
    let taken: Server;
    let port: string;

    beforeAll(async () => {
      taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      port = String((taken.address() as { port: number }).port);
    });

    afterAll(() => new Promise((resolve) => taken.close(resolve)));

    it.each(['AUTH_PORT', 'POLLER_PORT', 'LOADER_PORT'])('that is in use: %s', async (variable) => {
      const ended = await run('up', { [variable]: port });
      expect(lastWords(ended)).toBe(
        `Port ${port} is in use by another program: stop it, or set ${variable} to another port.`,
      );
      expect(ended.code).toBe(3);
    });

    it('that is in use, for the stack alone', async () => {
      const given = { KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '', DATABASE_URL: '' };
      const ended = await run('stack', given, ['--kafka-port', port]);
      expect(lastWords(ended)).toBe(
        `Port ${port} is in use by another program: stop it, or choose another --kafka-port.`,
      );
      expect(ended.code).toBe(3);
    });
  });

  describe('of the configuration', () => {
    it.each([
      ['PORTAGE_ADMIN_TOKEN', 'too-short-a-token'],
      ['PORTAGE_ENCRYPTION_KEYS', 'key:bm90IDMyIGJ5dGVz'],
      ['CONSTANT_CONTACT_RATE', 'quick-as-a-fox'],
    ])('is named, its value is not: %s (invariant 10)', async (variable, value) => {
      const ended = await run('up', { [variable]: value });
      expect(lastWords(ended)).toContain(variable);
      expect(ended.stderr).not.toContain(value);
      expect(ended.code).toBe(2);
    });

    it('is an unknown option', async () => {
      const ended = await run('up', {}, ['--replicas', '3']);
      expect(lastWords(ended)).toContain('--replicas');
      expect(ended.code).toBe(2);
    });

    it('is a home without services or token', async () => {
      const ended = await run('portage', { PORTAGE_HOME: join(home, 'empty') }, ['status', '--json']);
      expect(lastWords(ended)).toContain('PORTAGE_ADMIN_TOKEN');
      expect(ended.code).toBe(2);
    });
  });

  describe('of services', () => {
    it('that are not there', async () => {
      const given = {
        PORTAGE_ADMIN_TOKEN: 'admin-token-of-the-end-to-end-tests-0001',
        AUTH_URL: `http://127.0.0.1:${await freePort()}`,
      };
      const ended = await run('portage', given, ['status', '--json']);
      expect(ended).toMatchObject({ code: 3, stdout: '' });
      expect(lastWords(ended)).toContain('AUTH_URL');
    });
  });

  describe('of a schema', () => {
    const prefix = createTopicPrefix('bad-schema');

    it('that does not go together with what is registered is told by the check', async () => {
      await registerForeign(prefix);
      const ended = await run('schemas-check', { TOPIC_PREFIX: prefix });
      expect(ended.stderr).toBe(`Schema ${prefix}.contacts-value: It does not go together with version 1.\n`);
      expect(ended.code).toBe(1);
    });

    it('that the registry refuses ends a start', async () => {
      const ended = await run('up', { TOPIC_PREFIX: prefix });
      expect(lastWords(ended)).toContain(`${prefix}.contacts-value`);
      expect(lastWords(ended)).toContain('Registering the schemas failed');
      expect(ended.code).toBe(3);
    });

    it.each(['poller', 'loader'])('that the registry does not know keeps the %s from serving', async (service) => {
      const missing = createTopicPrefix('no-schema');
      for (const step of ['db-migrate', 'topics-apply'])
        expect(await run(step, { TOPIC_PREFIX: missing })).toMatchObject({ code: 0 });
      const ended = await runService(service, {
        ...env,
        TOPIC_PREFIX: missing,
        PORTAGE_ADMIN_TOKEN: 'admin-token-of-the-end-to-end-tests-0001',
      });
      expect(lastWords(ended)).toMatch(
        new RegExp(`The schema registry does not know this release's schema of ${missing}\\..*schemas:register`),
      );
      expect(ended.code).toBe(3);
    });
  });
});

/** The last line on stderr: what a person reads. Frames of a stack are no words. */
function lastWords({ stderr }: Ended): string {
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
  return stderr.trim().split('\n').at(-1) ?? '';
}

/** A folder for PATH with the shell and nothing else. */
async function bareFolder(home: string): Promise<string> {
  const folder = join(home, 'bin');
  await mkdir(folder, { recursive: true });
  await symlink('/bin/sh', join(folder, 'sh'));
  await chmod(folder, 0o755);
  return folder;
}

/** Under the name of contacts, a schema that has nothing to do with them. */
async function registerForeign(prefix: string): Promise<void> {
  const schema = JSON.stringify({ type: 'record', name: 'Foreign', fields: [{ name: 'id', type: 'long' }] });
  const send = async (method: string, path: string, body: object): Promise<void> => {
    const { status } = await fetch(testServers().schemaRegistry + path, {
      method,
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify(body),
    });
    expect(status).toBe(200);
  };
  await send('PUT', `/config/${prefix}.contacts-value`, { compatibility: 'FULL_TRANSITIVE' });
  await send('POST', `/subjects/${prefix}.contacts-value/versions`, { schema });
}

/** A service by itself, as an orchestrator would start it. */
async function runService(service: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'dist', 'apps', service, 'src', 'main.js')], {
    env: { ...env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
