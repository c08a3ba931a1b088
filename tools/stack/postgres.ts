import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { isOurs } from '../supervision/processes.js';
import { ordinaryUser, type Account } from './ordinary-user.js';
import { postgresBinaries } from './postgres-binaries.js';
import { untilReady } from './readiness.js';
import { type ServerProcess } from './server-process.js';
import { type StackContext } from './stack-context.js';
import { stackError } from './stack.error.js';

const databases = ['portage', 'registry'];

/** Starts PostgreSQL, initialised first where it is new, and creates the databases that are missing. */
export async function startPostgres(context: StackContext): Promise<ServerProcess> {
  const { folder, settings, signal } = context;
  const data = join(folder, 'postgres');
  const binaries = await postgresBinaries();
  const account = ordinaryUser([binaries.postgres, folder]);
  if (!existsSync(join(data, 'PG_VERSION'))) initialise(binaries.initdb, data, settings.databasePassword, account);
  giveTo(account, data);
  removeStaleLock(data);
  const server = context.spawn({
    name: 'postgres',
    command: account.prefix[0] ?? binaries.postgres,
    args: [
      ...account.prefix.slice(1),
      ...(account.prefix.length > 0 ? [binaries.postgres] : []),
      '-D',
      data,
      ...options(context),
    ],
    commandPart: `-D ${data} `,
    // Fast shutdown: a smart one, on SIGTERM, waits for every client.
    stopSignal: 'SIGINT',
    ...account.ids,
  });
  await untilReady(server, () => canConnect(databaseUrl(context, 'postgres')), signal);
  await createDatabases(databaseUrl(context, 'postgres'));
  return server;
}

export function databaseUrl({ settings }: Pick<StackContext, 'settings'>, database = 'portage'): string {
  return `postgres://portage:${settings.databasePassword}@127.0.0.1:${settings.ports.postgres}/${database}`;
}

function options({ settings, throwaway }: StackContext): string[] {
  const values = {
    port: settings.ports.postgres,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '128MB',
    log_min_messages: 'warning',
    ...(throwaway ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Into a folder that a killed initialisation cannot leave half done under the real name. */
function initialise(initdb: string, data: string, password: string, account: Account): void {
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const passwordFile = `${data}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account.ids) {
    chownSync(data, account.ids.uid, account.ids.gid);
    chownSync(passwordFile, account.ids.uid, account.ids.gid);
  }
  const [command = initdb, ...args] = [
    ...account.prefix,
    ...[
      initdb,
      '-D',
      data,
      '-U',
      'portage',
      `--pwfile=${passwordFile}`,
      '-A',
      'scram-sha-256',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ],
  ];
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', ...account.ids });
  rmSync(passwordFile, { force: true });
  if (status !== 0) {
    rmSync(data, { recursive: true, force: true });
    throw stackError('stack.not_ready', `PostgreSQL could not be initialised: ${stderr.trim().split('\n').at(-1)}`);
  }
}

/** A home may change hands: started as root once, as somebody else another time. */
function giveTo({ ids }: Account, data: string): void {
  if (!ids) return;
  chownSync(data, ids.uid, ids.gid);
  for (const name of readdirSync(data, { recursive: true, encoding: 'utf8' }))
    chownSync(join(data, name), ids.uid, ids.gid);
}

/** PostgreSQL refuses to start when the process id in its lock file has meanwhile gone to another program. */
function removeStaleLock(data: string): void {
  const lock = join(data, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (!isOurs({ pid, commandPart: data })) rmSync(lock);
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createDatabases(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    const present = new Set(rows.map((row) => row.datname));
    for (const name of databases.filter((database) => !present.has(database)))
      await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
}
