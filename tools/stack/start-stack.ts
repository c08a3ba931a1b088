import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { acquireLock, lockHolder } from '../run/lock.mjs';
import { writeFileAtomic } from '../supervision/atomic-file.js';
import { Leftovers } from '../supervision/leftovers.js';
import { RotatingLog } from '../supervision/rotating-log.js';
import { Watcher } from '../supervision/watcher.js';
import { areDownloaded, ensureDownloads, hasMaven } from './downloads.js';
import { checkGiven, givenServers, type GivenServers } from './given-servers.js';
import { findJava } from './java.js';
import { projectRoot } from './home.js';
import { startKafka } from './kafka.js';
import { databaseUrl, startPostgres } from './postgres.js';
import { confluentPath, startRegistry } from './registry.js';
import { type ServerProcess, spawnServer } from './server-process.js';
import { settle, type StackPort, type StackSettings } from './settings.js';
import { type StackContext } from './stack-context.js';
import { stackError } from './stack.error.js';

/** Addresses, as the environment variables of the same meaning take them. */
export interface Servers {
  /** `host:port`, comma-separated. */
  readonly kafka: string;
  /** Base of the Confluent-compatible API. */
  readonly schemaRegistry: string;
  readonly database: string;
}

export interface Stack extends Servers {
  /** Ends what this call started; servers that were given or already ran go on. */
  readonly stop: () => Promise<void>;
}

export interface StackOptions {
  /** Data and state; `.portage` of the project by default. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (words: string) => void;
  readonly signal: AbortSignal;
  readonly ports?: Partial<Record<StackPort, number>>;
  readonly throwaway?: boolean;
}

/**
 * Kafka, the schema registry and PostgreSQL, ready: those that the environment names, those that another run of the
 * same home has started, else new ones.
 *
 * @throws PortageError `stack.*`, with a sentence that says what to do
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env, signal, say } = options;
  const given = givenServers(env);
  await checkGiven(given, signal);
  if (given.kafka && given.schemaRegistry && given.database) {
    return { ...(given as Servers), stop: () => Promise.resolve() };
  }
  const folder = join(resolve(options.home), 'stack');
  mkdirSync(folder, { recursive: true });
  const release = await acquireLock(join(folder, 'lock'), { wait: false });
  if (!release) return runningStack(folder, given, say);
  const started: ServerProcess[] = [];
  const watcher = new Watcher();
  const stop = async (): Promise<void> => {
    rmSync(join(folder, 'servers.json'), { force: true });
    for (const server of started.toReversed()) await server.stop();
    await watcher.close();
    release();
  };
  try {
    const leftovers = new Leftovers(join(folder, 'processes.json'));
    await leftovers.end(say);
    const settings = await settle(join(folder, 'settings.json'), options.ports ?? {}, say);
    const context: StackContext = {
      folder,
      settings,
      throwaway: options.throwaway ?? false,
      signal,
      say,
      spawn: (command) => {
        const log = new RotatingLog(join(folder, 'logs', `${command.name}.log`));
        const server = spawnServer({ ...command, env: { ...env, ...command.env }, log }, watcher, leftovers);
        started.push(server);
        return server;
      },
    };
    await startServers(context, given, env);
    const servers = { ...addresses(settings), ...given };
    writeFileAtomic(join(folder, 'servers.json'), JSON.stringify(servers), 0o600);
    return { ...servers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServers(context: StackContext, given: GivenServers, env: NodeJS.ProcessEnv): Promise<void> {
  const { signal, say } = context;
  const downloads = env.PORTAGE_DOWNLOADS ? resolve(env.PORTAGE_DOWNLOADS) : join(projectRoot, '.portage', 'downloads');
  const wantsJava = !given.kafka || !given.schemaRegistry;
  const java = wantsJava ? requireJava(downloads, env) : '';
  const { kafkaJars, registryJar } = wantsJava
    ? await ensureDownloads({ folder: downloads, env, say })
    : { kafkaJars: '', registryJar: '' };
  signal.throwIfAborted();
  const kafka = given.kafka ? undefined : startKafka(context, java, kafkaJars);
  // The registry keeps its schemas in PostgreSQL, in this one even where Portage's own database is given.
  const registry = startPostgres(context).then(() =>
    given.schemaRegistry ? undefined : startRegistry(context, java, registryJar),
  );
  const results = await Promise.allSettled([kafka, registry]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function requireJava(downloads: string, env: NodeJS.ProcessEnv): string {
  const java = findJava(env);
  if (java && (areDownloaded(downloads) || hasMaven(env))) return java;
  throw stackError(
    'stack.needs_java',
    'Kafka and the schema registry need Java 17 or newer and Maven (on Debian: apt install default-jdk-headless maven), or a Docker engine.',
  );
}

/** Another run of this home has the servers: use them, and leave them to it. */
function runningStack(folder: string, given: GivenServers, say: (words: string) => void): Stack {
  const path = join(folder, 'servers.json');
  if (!existsSync(path)) {
    const holder = lockHolder(join(folder, 'lock'));
    throw stackError(
      'stack.in_use',
      `Another run (process ${holder ?? 'unknown'}) is starting or stopping the servers of ${folder}: try again soon.`,
    );
  }
  say('using the servers that another run of this home has started');
  return { ...(JSON.parse(readFileSync(path, 'utf8')) as Servers), ...given, stop: () => Promise.resolve() };
}

function addresses(settings: StackSettings): Servers {
  return {
    kafka: `127.0.0.1:${settings.ports.kafka}`,
    schemaRegistry: `http://127.0.0.1:${settings.ports.registry}${confluentPath}`,
    database: databaseUrl({ settings }),
  };
}
