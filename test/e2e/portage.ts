import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driveConsent } from '../../tools/demo/consent.js';
import { type Report } from '../../tools/portage/report.js';
import { timeoutMs } from './sizes.js';

export type ServiceName = 'auth' | 'poller' | 'loader';

export interface UpFile {
  readonly auth: string;
  readonly auths: readonly string[];
  readonly pollers: readonly string[];
  readonly loaders: readonly string[];
  readonly metrics: Readonly<Record<ServiceName, readonly string[]>>;
  readonly kafka: string;
  readonly schemaRegistry: string;
  readonly database: string;
  readonly pids: Readonly<Record<ServiceName, readonly number[]>>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Vendors {
  readonly constantContact: { readonly url: string; readonly authUrl: string };
  readonly klaviyo: { readonly url: string };
}

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: string;
}

export interface StartOptions {
  readonly ports: Ports;
  readonly vendors: Vendors;
  readonly databaseUrl: string;
  readonly topicPrefix: string;
  /** Factor on both vendors' limits, as the simulators run. */
  readonly speed: number;
  readonly loaders?: number;
  readonly pollers?: number;
  readonly auths?: number;
  /** Of `up` and, with it, of everything that it starts; an empty value counts as none. */
  readonly env?: Readonly<Record<string, string>>;
}

export type Ports = Readonly<Record<'AUTH_PORT' | 'POLLER_PORT' | 'LOADER_PORT', string>>;

export const root = join(import.meta.dirname, '../..');

/** Portage as its user runs it: `up` as a process of its own, the command line beside it, nothing imported. */
export class PortageUnderTest {
  private constructor(
    readonly home: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly process: ChildProcess,
    private readonly output: { readonly all: () => string; readonly stdout: () => string },
  ) {}

  static async start(options: StartOptions): Promise<PortageUnderTest> {
    const home = await mkdtemp(join(tmpdir(), 'portage-e2e-'));
    const env = environmentOf(options, home);
    const args = [
      'tools/run.mjs',
      'up',
      '--loaders',
      String(options.loaders ?? 1),
      '--pollers',
      String(options.pollers ?? 1),
      '--auths',
      String(options.auths ?? 1),
    ];
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    let stdout = '';
    const ready = new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        text = (text + chunk.toString()).slice(-20_000);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
        if (/^ready \{.*\n/m.test(stdout)) resolve();
      });
      child.once('exit', (code) => reject(new Error(`up ended with ${code}:\n${text}`)));
    });
    await ready.catch(async (error: unknown) => {
      await rm(home, { recursive: true, force: true });
      throw error;
    });
    return new PortageUnderTest(home, env, child, { all: () => text, stdout: () => stdout });
  }

  async upFile(): Promise<UpFile> {
    return JSON.parse(await readFile(join(this.home, 'up.json'), 'utf8')) as UpFile;
  }

  /** What `up` has said, stdout and stderr. */
  said(): string {
    return this.output.all();
  }

  stdout(): string {
    return this.output.stdout();
  }

  adminToken(): Promise<string> {
    return this.secret('PORTAGE_ADMIN_TOKEN');
  }

  serviceToken(): Promise<string> {
    return this.secret('PORTAGE_SERVICE_TOKEN');
  }

  /** All that `up` was given or has made. */
  secrets(): Promise<string[]> {
    const names = ['PORTAGE_ADMIN_TOKEN', 'PORTAGE_SERVICE_TOKEN', 'PORTAGE_ENCRYPTION_KEYS'];
    return Promise.all(names.map((name) => this.secret(name)));
  }

  /** What the services send to that vendor now, as one of them gets it from auth. */
  async vendorToken(connectionId: string, provider: string): Promise<string> {
    const response = await fetch(`${(await this.upFile()).auth}/connections/${connectionId}/tokens/${provider}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await this.serviceToken()}`, 'content-type': 'application/json' },
      body: '{}',
    });
    const { accessToken } = (await response.json()) as { accessToken?: string };
    if (accessToken === undefined) throw new Error(`no token for ${provider}: status ${response.status}`);
    return accessToken;
  }

  /** The given one, else the one that `up` has made. */
  private async secret(name: string): Promise<string> {
    const given = this.env[name];
    if (given) return given;
    const secrets = await readFile(join(this.home, 'secrets.env'), 'utf8');
    return new RegExp(`^${name}=(.*)$`, 'm').exec(secrets)?.[1] ?? '';
  }

  /** Creates a connection and walks through the consent. */
  async connect(credentials: Credentials, options: object = {}): Promise<string> {
    const created = await this.api('POST', '/connections', {
      name: 'under test',
      constantContact: { clientId: credentials.clientId, clientSecret: credentials.clientSecret },
      klaviyo: { privateKey: credentials.privateKey },
      options: { schedule: 'off', ...options },
    });
    const { id, authorizeUrl } = created as { id: string; authorizeUrl: string };
    await driveConsent(authorizeUrl);
    return id;
  }

  async api(method: string, path: string, body?: unknown, service: ServiceName = 'auth'): Promise<unknown> {
    const up = await this.upFile();
    const base = service === 'auth' ? up.auth : service === 'poller' ? up.pollers[0] : up.loaders[0];
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.adminToken()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async sync(connectionId: string, options: { sweep?: boolean } = {}): Promise<Report> {
    const args = ['sync', '--connection', connectionId, '--wait', '--json', ...(options.sweep ? ['--sweep'] : [])];
    const { stdout, stderr, code } = await this.cli(args);
    if (code === 0) return JSON.parse(stdout) as Report;
    const status = await this.cli(['status', '--connection', connectionId]);
    const told = [stdout, stderr.slice(-4000), status.stdout, status.stderr.slice(-2000), this.said().slice(-4000)];
    throw new Error(`portage sync ended with ${code}\n${told.join('\n')}`);
  }

  /** The command line, beside this `up`. */
  cli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return runCommand(['portage', ...args], { ...this.env, ...env });
  }

  /** Any command that `npm run` offers, with the environment of this `up`. */
  run(args: readonly string[]): Promise<Ended> {
    return runCommand(args, this.env);
  }

  async isReady(service: ServiceName): Promise<boolean> {
    const up = await this.upFile();
    const [url] = service === 'auth' ? up.auths : up[`${service}s`];
    return fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** SIGKILL to one process of a service; answers its pid. */
  async kill(service: ServiceName, index = 0): Promise<number | undefined> {
    const pid = (await this.upFile()).pids[service][index];
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It has just died by itself and is being restarted.
    }
    return pid;
  }

  /** @returns the exit code of `up` */
  async stop(): Promise<number | null> {
    const { process: up } = this;
    const exit =
      up.exitCode === null
        ? new Promise<number | null>((resolve) => up.once('exit', resolve))
        : Promise.resolve(up.exitCode);
    up.kill('SIGTERM');
    const code = await exit;
    await rm(this.home, { recursive: true, force: true });
    return code;
  }
}

/** One of the commands that `npm run` offers, to its end; ended before Jest would end the test without a word of it. */
export async function runCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, ['tools/run.mjs', ...args], {
    cwd: root,
    env: { ...env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs * 0.6,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Three free ports. */
export async function freePorts(): Promise<Ports> {
  const [auth, poller, loader] = await Promise.all([freePort(), freePort(), freePort()]);
  return { AUTH_PORT: auth, POLLER_PORT: poller, LOADER_PORT: loader };
}

export function freePort(): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(String(port)));
    });
  });
}

function environmentOf(options: StartOptions, home: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NODE_OPTIONS: '',
    ...options.ports,
    PUBLIC_URL: `http://127.0.0.1:${options.ports.AUTH_PORT}`,
    PORTAGE_HOME: home,
    PORTAGE_ADMIN_TOKEN: 'admin-token-of-the-end-to-end-tests-0001',
    DATABASE_URL: options.databaseUrl,
    TOPIC_PREFIX: options.topicPrefix,
    CONSTANT_CONTACT_API_URL: options.vendors.constantContact.url,
    CONSTANT_CONTACT_AUTH_URL: options.vendors.constantContact.authUrl,
    CONSTANT_CONTACT_RATE: String(4 * options.speed),
    CONSTANT_CONTACT_DAILY_CALLS: String(10_000 * options.speed),
    KLAVIYO_API_URL: options.vendors.klaviyo.url,
    KLAVIYO_LIMIT_SCALE: String(options.speed),
    CONNECTIONS_REFRESH_SECONDS: '1',
    POLLER_TICK_SECONDS: '0.2',
    LEASE_SECONDS: '5',
    LOADER_LINGER_SECONDS: '0.3',
    LOADER_JOB_POLL_SECONDS: '0.3',
    LOADER_READ_BACK_SECONDS: '0.5',
    LOADER_REASSERT_SECONDS: '20',
    LOADER_LANDING_SECONDS: '20',
    LOG_LEVEL: 'info',
    ...options.env,
  };
}
