import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type PortageError, sleep } from '@portage/platform';
import { acquireLock, lockHolder } from '../run/lock.mjs';
import { writeFileAtomic } from '../supervision/atomic-file.js';
import { Leftovers } from '../supervision/leftovers.js';
import { RotatingLog } from '../supervision/rotating-log.js';
import { Watcher } from '../supervision/watcher.js';
import { findCompose, startByCompose, stopByCompose, stopCommandLine } from './compose.js';
import { checkGiven, givenServers } from './given-servers.js';
import { findJavaServers, LocalServers } from './local-servers.js';
import { databaseUrl } from './postgres.js';
import { confluentPath } from './registry.js';
import { spawnServer } from './server-process.js';
import { settle, type StackPort, type StackSettings } from './settings.js';
import { type StackContext } from './stack-context.js';
import { stackError } from './stack.error.js';

/** A run that starts or stops the servers is waited for. */
const patienceMs = 120_000;

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
  const release = await takeOver(folder, signal);
  if (!release) {
    say('using the servers that another run of this home has started');
    return { ...readServers(folder), ...given, stop: () => Promise.resolve() };
  }
  const watcher = new Watcher();
  const undo: (() => Promise<void> | void)[] = [release, () => watcher.close()];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const leftovers = new Leftovers(join(folder, 'processes.json'));
    await leftovers.end(say);
    const settings = await settle(join(folder, 'settings.json'), options.ports ?? {}, say);
    const context: StackContext = {
      folder,
      settings,
      throwaway: options.throwaway ?? false,
      env,
      signal,
      say,
      spawn: (command) => {
        const log = new RotatingLog(join(folder, 'logs', `${command.name}.log`));
        return spawnServer({ ...command, env: { ...env, ...command.env }, log }, watcher, leftovers);
      },
    };
    const wantsJava = !given.kafka || !given.schemaRegistry;
    const java = wantsJava ? findJavaServers(env) : undefined;
    const compose = wantsJava && !java ? findCompose(env) : undefined;
    if (compose) {
      say('starting Kafka, the registry and PostgreSQL by Docker Compose: there is no Java 17 with Maven');
      watcher.atEnd(stopCommandLine(compose, folder));
      undo.push(() => {
        stopByCompose(compose, context);
        watcher.atEnd('');
      });
      await startByCompose(compose, context);
    } else {
      if (wantsJava && !java) throw needsJava();
      const local = new LocalServers(context, given);
      undo.push(() => local.stop());
      await local.start(java);
    }
    const servers = { ...addresses(settings), ...given };
    writeFileAtomic(serversFile(folder), JSON.stringify(servers), 0o600);
    undo.push(() => rmSync(serversFile(folder), { force: true }));
    return { ...servers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The lock of the stack; undefined when another run has it and its servers are up. */
async function takeOver(folder: string, signal: AbortSignal): Promise<(() => void) | undefined> {
  const lock = join(folder, 'lock');
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const release = await acquireLock(lock, { wait: false });
    if (release) {
      rmSync(serversFile(folder), { force: true });
      return release;
    }
    if (existsSync(serversFile(folder))) return undefined;
    if (Date.now() > deadline) throw stillBusy(folder, lockHolder(lock));
    await sleep(200, signal);
  }
}

const serversFile = (folder: string): string => join(folder, 'servers.json');

function readServers(folder: string): Servers {
  return JSON.parse(readFileSync(serversFile(folder), 'utf8')) as Servers;
}

function addresses(settings: StackSettings): Servers {
  return {
    kafka: `127.0.0.1:${settings.ports.kafka}`,
    schemaRegistry: `http://127.0.0.1:${settings.ports.registry}${confluentPath}`,
    database: databaseUrl({ settings }),
  };
}

function stillBusy(folder: string, holder: number | undefined): PortageError {
  const who = `process ${holder ?? 'unknown'}`;
  return stackError(
    'stack.in_use',
    `Another run (${who}) has been starting or stopping the servers of ${folder} for too long: end it.`,
  );
}

function needsJava(): PortageError {
  return stackError(
    'stack.needs_java',
    'Kafka and the schema registry need Java 17 or newer and Maven (on Debian: apt install default-jdk-headless maven), or a Docker engine.',
  );
}
