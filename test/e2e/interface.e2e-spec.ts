import { readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ConstantContactSimulator,
  generateAccount,
  type KlaviyoSimulator,
  startConstantContact,
  startKlaviyo,
} from '@portage/simulators';
import { isAccounted, type Report } from '../../tools/portage/report.js';
import { createDatabase, createTopicPrefix, type TestDatabase } from '../servers.js';
import { type Ended, freePorts, PortageUnderTest, type Ports, type ServiceName } from './portage.js';
import { seed, timeoutMs } from './sizes.js';

const application = { clientId: 'interface-client', clientSecret: 'interface-client-secret' };
const privateKey = 'pk_interface_00000000000000000000000000';
const services: readonly ServiceName[] = ['auth', 'poller', 'loader'];

/** What programs outside of Portage rely on, checked from the outside. */
describe('the interface', () => {
  let ports: Ports;
  let source: ConstantContactSimulator;
  let target: KlaviyoSimulator;
  let databases: readonly TestDatabase[];
  let portage: PortageUnderTest;
  let neighbour: PortageUnderTest;
  let connectionId: string;

  const speed = 60;
  const fresh = { PORTAGE_ADMIN_TOKEN: '', PORTAGE_SERVICE_TOKEN: '', PORTAGE_ENCRYPTION_KEYS: '' };

  beforeAll(async () => {
    ports = await freePorts();
    const account = generateAccount({ seed, contacts: 300, lists: 5, campaigns: 4 });
    const redirectUris = [`http://127.0.0.1:${ports.AUTH_PORT}/oauth/callback/constant-contact`];
    source = await startConstantContact({
      seed,
      speed,
      accounts: [account],
      autoConsent: account.id,
      applications: [{ ...application, redirectUris, tokenType: 'rotating' }],
    });
    target = await startKlaviyo({
      seed,
      speed,
      accounts: [{ id: 'IFACE1', name: 'Interface', keys: [{ key: privateKey }] }],
    });
    databases = [await createDatabase(), await createDatabase()];
    const common = { vendors: { constantContact: source, klaviyo: target }, speed, env: fresh };
    [portage, neighbour] = await Promise.all([
      PortageUnderTest.start({
        ...common,
        ports,
        databaseUrl: databases[0]?.url ?? '',
        topicPrefix: createTopicPrefix('interface'),
        auths: 2,
        pollers: 2,
        loaders: 2,
      }),
      PortageUnderTest.start({
        ...common,
        ports: await freePorts(),
        databaseUrl: databases[1]?.url ?? '',
        topicPrefix: createTopicPrefix('neighbour'),
      }),
    ]);
  }, timeoutMs);

  afterAll(async () => {
    await Promise.all([source.stop(), target.stop()]);
    for (const database of databases) await database.drop();
  }, timeoutMs);

  describe('of up', () => {
    it('is one ready line on stdout, and the same in up.json', async () => {
      const lines = portage.stdout().trim().split('\n');
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^ready \{/);
      const up = await portage.upFile();
      expect(JSON.parse(lines[0]?.slice('ready '.length) ?? '')).toEqual(up);
      expect(Object.keys(up).sort()).toEqual(
        ['auth', 'auths', 'pollers', 'loaders', 'metrics', 'kafka', 'schemaRegistry', 'database', 'pids'].sort(),
      );
      expect(up.auth).toBe(`http://127.0.0.1:${ports.AUTH_PORT}`);
      expect(up.auths[0]).toBe(up.auth);
      expect(up.pollers[0]).toBe(`http://127.0.0.1:${ports.POLLER_PORT}`);
      expect(up.loaders[0]).toBe(`http://127.0.0.1:${ports.LOADER_PORT}`);
      expect(up.kafka).toMatch(/^[^:,]+:\d+(,[^:,]+:\d+)*$/);
      for (const list of [up.auths, up.pollers, up.loaders, ...services.map((service) => up.metrics[service])])
        expect(new Set(list).size).toBe(2);
    });

    it('names the Node processes themselves', async () => {
      const { pids } = await portage.upFile();
      for (const service of services) {
        expect(new Set(pids[service]).size).toBe(2);
        for (const pid of pids[service]) {
          const [node = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
          expect(node).toMatch(/node$/);
          expect(args.join(' ')).toContain(`apps/${service}/`);
        }
      }
    });

    it('makes the secrets once, for their owner only', async () => {
      const path = join(portage.home, 'secrets.env');
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      const text = await readFile(path, 'utf8');
      expect(text).toMatch(/^PORTAGE_ADMIN_TOKEN=\S{32,}$/m);
      expect(text).toMatch(/^PORTAGE_SERVICE_TOKEN=\S{32,}$/m);
      expect(text).toMatch(/^PORTAGE_ENCRYPTION_KEYS=[^:\s]+:[A-Za-z0-9+/]{43}=$/m);
    });

    it('serves health and metrics on every replica, without a credential', async () => {
      const up = await portage.upFile();
      for (const url of [...up.auths, ...up.pollers, ...up.loaders]) {
        for (const path of ['/health/live', '/health/ready']) {
          const response = await fetch(url + path);
          expect(response.status).toBe(200);
          expect(await response.json()).toMatchObject({ status: 'ok' });
        }
      }
      for (const url of services.flatMap((service) => up.metrics[service])) {
        const response = await fetch(`${url}/metrics`);
        expect(response.headers.get('content-type')).toContain('text/plain');
        expect(await response.text()).toContain('# TYPE process_cpu_seconds_total counter');
      }
    });

    it('names a registry that answers for the schemas of the records', async () => {
      const { schemaRegistry } = await portage.upFile();
      const subjects = (await (await fetch(`${schemaRegistry}/subjects`)).json()) as string[];
      const subject = subjects.find((name) => name.startsWith('interface') && name.endsWith('.contacts-value'));
      const latest = await fetch(`${schemaRegistry}/subjects/${subject}/versions/latest`);
      const { id } = (await latest.json()) as { id: number };
      const { schema } = (await (await fetch(`${schemaRegistry}/schemas/ids/${id}`)).json()) as { schema: string };
      expect(JSON.parse(schema)).toMatchObject({ type: 'record' });
    });

    it('runs beside another one, and refuses a second one in the same home', async () => {
      const [one, other] = [await portage.upFile(), await neighbour.upFile()];
      expect(services.flatMap((service) => one.pids[service])).not.toEqual(
        expect.arrayContaining(services.flatMap((service) => [...other.pids[service]])),
      );
      expect(await portage.adminToken()).not.toBe(await neighbour.adminToken());
      const second = await portage.run(['up']);
      expect(second).toMatchObject({ code: 3, stdout: '' });
      expect(second.stderr).toContain(`Portage is already up in ${portage.home}`);
    });

    it('starts a killed service again, says so, and has up.json current', async () => {
      for (const service of services) {
        const before = await neighbour.upFile();
        const killed = await neighbour.kill(service);
        await until(() => neighbour.isReady(service).then((ready) => !ready));
        await until(() => neighbour.isReady(service));
        await sleep(1000);
        const after = await neighbour.upFile();
        expect(after.pids[service][0]).not.toBe(killed);
        expect(isAlive(after.pids[service][0] ?? 0)).toBe(true);
        expect({ ...after, pids: 0, metrics: 0 }).toEqual({ ...before, pids: 0, metrics: 0 });
        expect((await fetch(`${after.metrics[service][0]}/metrics`)).status).toBe(200);
        expect(neighbour.said()).toContain(`${service}-1 was ended by SIGKILL; starting it again`);
      }
    });
  });

  describe('of auth', () => {
    it('needs an admin token', async () => {
      const up = await portage.upFile();
      const body = JSON.stringify({ name: 'x' });
      const json = { 'content-type': 'application/json' };
      const post = (authorization: Record<string, string>) =>
        fetch(`${up.auth}/connections`, { method: 'POST', headers: { ...json, ...authorization }, body });
      expect((await post({})).status).toBe(401);
      expect((await post({ authorization: 'Bearer wrong-token-wrong-token-wrong-token' })).status).toBe(401);
      expect((await post({ authorization: `Bearer ${await portage.serviceToken()}` })).status).toBe(403);
      for (const url of [`${up.pollers[0]}/connections/x/sync`, `${up.loaders[0]}/connections/x/progress`])
        expect((await fetch(url, { method: url.endsWith('sync') ? 'POST' : 'GET' })).status).toBe(401);
    });

    it('creates a connection, and completes it with the cookie of its own authorize link', async () => {
      const up = await portage.upFile();
      const headers = {
        authorization: `Bearer ${await portage.adminToken()}`,
        'content-type': 'application/json',
      };
      const created = await fetch(`${up.auth}/connections`, {
        method: 'POST',
        headers,
        body: JSON.stringify({
          name: 'Interface',
          constantContact: application,
          klaviyo: { privateKey },
          options: { schedule: 'off' },
        }),
      });
      expect(created.status).toBe(201);
      const connection = (await created.json()) as { id: string; status: string; authorizeUrl: string };
      expect(Object.keys(connection).sort()).toEqual(['authorizeUrl', 'id', 'status']);
      expect(connection.status).toBe('awaiting_authorization');
      expect(connection.authorizeUrl).toMatch(
        new RegExp(`^http://127\\.0\\.0\\.1:${ports.AUTH_PORT}/connections/${connection.id}/authorize\\?ticket=\\S+$`),
      );

      const read = async (): Promise<{ status: string; authorizeUrl?: string }> =>
        (await fetch(`${up.auths[1]}/connections/${connection.id}`, { headers })).json() as never;
      const waiting = await read();
      expect(waiting).toMatchObject({ id: connection.id, status: 'awaiting_authorization' });
      expect(waiting.authorizeUrl).toContain('/authorize?ticket=');

      expect((await fetch(`${connection.authorizeUrl}x`, { redirect: 'manual' })).status).toBe(403);
      const begun = await fetch(connection.authorizeUrl, { redirect: 'manual' });
      expect(begun.status).toBe(302);
      const vendor = new URL(begun.headers.get('location') ?? '');
      expect(`${vendor.origin}${vendor.pathname}`).toBe(`${source.authUrl}/authorize`);
      const cookie = begun.headers.get('set-cookie') ?? '';
      expect(cookie).toMatch(/;\s*HttpOnly/i);
      expect(cookie).toMatch(/;\s*SameSite=Lax/i);
      expect(cookie).not.toMatch(/;\s*Secure/i);

      const allowed = await fetch(vendor, { redirect: 'manual' });
      const callback = new URL(allowed.headers.get('location') ?? '', vendor);
      expect((await fetch(callback)).status).toBe(403);
      expect((await read()).status).toBe('awaiting_authorization');
      const completed = await fetch(callback, { headers: { cookie: cookie.split(';')[0] ?? '' } });
      expect(completed.status).toBe(200);
      const active = await read();
      expect(active.status).toBe('active');
      expect(active.authorizeUrl).toBeUndefined();
      connectionId = connection.id;
    });
  });

  describe('of the command line', () => {
    it('syncs: a second one joins the first pass, which survives the death of every service', async () => {
      // Slow enough for everybody to come while the pass is under way.
      source.fault({ kind: 'slow', delayMs: 3000 });
      const sync = ['sync', '--connection', connectionId, '--json'];
      const waiting = portage.cli([...sync, '--wait']);
      await until(async () => published(await status(portage)) > 0);
      const joined = JSON.parse((await portage.cli(sync)).stdout) as { runId: string; joined: boolean };
      expect(joined).toEqual({ connectionId, runId: joined.runId, joined: true });
      for (const service of services) await portage.kill(service);
      source.clearFaults();
      const report = reportOf(await waiting);
      expect(report).toMatchObject({ connectionId, runId: joined.runId, accounted: true });
      for (const stream of Object.values(report.streams)) expect(stream.published).toBe(stream.source);
    });

    it('reports what the interface names, and nothing else', async () => {
      const report = reportOf(await portage.cli(['sync', '--connection', connectionId, '--sweep', '--wait', '--json']));
      const fields = (value: object) => Object.keys(value).sort();
      expect(fields(report)).toEqual(
        ['accounted', 'calls', 'connectionId', 'klaviyo', 'runId', 'seconds', 'streams'].sort(),
      );
      expect(fields(report.streams)).toEqual(['activities', 'contacts', 'lists', 'suppressions']);
      for (const stream of Object.values(report.streams)) {
        expect(fields(stream)).toEqual(['outcomes', 'published', 'source', 'topic']);
        expect(fields(stream.outcomes)).toEqual(
          ['deferred', 'delivered', 'parked', 'rejected', 'skipped', 'unchanged'].sort(),
        );
        expect(stream.published).toBe(0);
        expect(isAccounted(stream)).toBe(true);
      }
      expect(fields(report.klaviyo)).toEqual(
        ['events', 'lists', 'memberships', 'profiles', 'subscribed', 'suppressed'].sort(),
      );
      for (const type of Object.keys(report.klaviyo.events))
        expect(['sent', 'opened', 'clicked', 'bounced', 'opted_out', 'forwarded']).toContain(type);
      expect(fields(report.calls)).toEqual(['constantContact', 'klaviyo']);
      for (const count of [...Object.values(report.calls.constantContact), ...Object.values(report.seconds)])
        expect(count).toBeGreaterThanOrEqual(0);
      expect(Object.keys(report.calls.constantContact).join()).not.toMatch(/token/);
      expect(Object.keys(report.calls.klaviyo).join()).not.toMatch(/token/);
    });

    it('shows the status as one JSON document, and in words', async () => {
      const [connection] = (await status(portage)).connections;
      expect(connection).toMatchObject({ id: connectionId, status: 'active' });
      const words = await portage.cli(['status']);
      expect(words.code).toBe(0);
      expect(words.stdout).toContain('Interface');
    });

    it('ends with 2 where it was called or configured wrongly, with one sentence', async () => {
      const unknown = '00000000-0000-4000-8000-000000000000';
      const cases: [readonly string[], Record<string, string>, RegExp][] = [
        [['sync', '--connection', unknown, '--wait', '--json'], {}, /There is no such connection/],
        [['status', '--connection', unknown, '--json'], {}, /There is no such connection/],
        [['sync', '--wait'], {}, /--connection/],
        [['sync', '--connection', connectionId, '--swoop'], {}, /--swoop/],
        [['migrate'], {}, /migrate/],
        [['status', '--json'], { PORTAGE_ADMIN_TOKEN: 'wrong-token-wrong-token-wrong-token-x' }, /PORTAGE_ADMIN_TOKEN/],
      ];
      for (const [args, env, sentence] of cases) {
        const ended = await portage.cli(args, env);
        expect({ args, code: ended.code, stdout: ended.stdout }).toEqual({ args, code: 2, stdout: '' });
        expect(ended.stderr).toMatch(sentence);
        expect(ended.stderr).not.toMatch(/^\s+at /m);
      }
    });

    it('has help on stdout', async () => {
      for (const args of [['--help'], ['sync', '--help'], ['status', '--help']]) {
        const ended = await portage.cli(args);
        expect(ended.code).toBe(0);
        expect(ended.stdout).toContain('Usage: portage');
      }
    });
  });

  describe('at the end', () => {
    it('leaves no process and no open port behind, on SIGTERM', async () => {
      for (const one of [portage, neighbour]) {
        const up = await one.upFile();
        expect(await one.stop()).toBe(0);
        for (const pid of services.flatMap((service) => up.pids[service])) expect(isAlive(pid)).toBe(false);
        for (const url of [...up.auths, ...up.pollers, ...up.loaders]) expect(await listens(url)).toBe(false);
      }
    });
  });
});

interface Status {
  readonly connections: readonly { readonly source: { readonly streams: Record<string, { published: number }> } }[];
}

async function status(portage: PortageUnderTest): Promise<Status> {
  const { code, stdout, stderr } = await portage.cli(['status', '--json']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout) as Status;
}

function published({ connections }: Status): number {
  return connections
    .flatMap(({ source }) => Object.values(source.streams))
    .reduce((sum, one) => sum + one.published, 0);
}

/** stdout is one JSON document. */
function reportOf({ code, stdout, stderr }: Ended): Report {
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function listens(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
