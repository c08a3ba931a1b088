import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { sleep } from '@portage/platform';
import { projectRoot } from './home.js';
import { kafkaServes } from './kafka-probe.js';
import { type StackSettings } from './settings.js';
import { stackError } from './stack.error.js';

const services = ['kafka', 'postgres', 'registry'];
const patienceMs = 180_000;

/** The command words of Docker Compose where an engine answers, else undefined. */
export function findCompose(env: NodeJS.ProcessEnv): readonly string[] | undefined {
  const succeeds = (command: string, args: readonly string[]): boolean =>
    spawnSync(command, args, { stdio: 'ignore', env, timeout: 10_000 }).status === 0;
  if (!succeeds('docker', ['info'])) return undefined;
  if (succeeds('docker', ['compose', 'version'])) return ['docker', 'compose'];
  return succeeds('docker-compose', ['version']) ? ['docker-compose'] : undefined;
}

export interface ComposeStack {
  /** Absolute; the project is named after it, so that every home has containers and volumes of its own. */
  readonly folder: string;
  readonly settings: StackSettings;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Starts the servers of docker-compose.yml on this stack's ports, and waits until they serve. */
export async function startByCompose(compose: readonly string[], stack: ComposeStack): Promise<void> {
  const { settings, signal } = stack;
  const log = join(stack.folder, 'logs', 'compose.log');
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  const [command = '', ...args] = [...compose, ...composeArguments(stack.folder), 'up', '-d', ...services];
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', output, output],
    env: { ...stack.env, ...composeVariables(settings) },
  });
  closeSync(output);
  if (status !== 0) throw stackError('stack.not_ready', `Docker Compose could not start the servers; ${log} says why.`);
  const checks = {
    kafka: () => kafkaServes('127.0.0.1', settings.ports.kafka),
    registry: async () =>
      (
        await fetch(`http://127.0.0.1:${settings.ports.registry}/apis/ccompat/v7/subjects`, {
          signal: AbortSignal.timeout(2000),
        })
      ).ok,
    postgres: () => connects(settings),
  };
  const deadline = Date.now() + patienceMs;
  for (const [name, check] of Object.entries(checks)) {
    while (!(await check().catch(() => false))) {
      if (Date.now() > deadline)
        throw stackError('stack.not_ready', `The container of ${name} did not become ready; its log says why.`);
      await sleep(250, signal);
    }
  }
}

/** Removes the containers; their volumes, and with them the data, stay. */
export function stopByCompose(compose: readonly string[], { folder, env }: Pick<ComposeStack, 'folder' | 'env'>): void {
  const [command = '', ...args] = [...compose, ...composeArguments(folder), 'down'];
  spawnSync(command, args, { stdio: 'ignore', env });
}

/** The same as one line for a shell, for the watcher. */
export function stopCommandLine(compose: readonly string[], folder: string): string {
  return [...compose, ...composeArguments(folder), 'down']
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(' ');
}

export function composeArguments(folder: string): readonly string[] {
  const name = `portage-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
  return ['-p', name, '-f', join(projectRoot, 'docker-compose.yml')];
}

/** What docker-compose.yml takes ports and password from. */
function composeVariables({ ports, databasePassword }: StackSettings): Record<string, string> {
  return {
    KAFKA_PORT: String(ports.kafka),
    REGISTRY_PORT: String(ports.registry),
    POSTGRES_PORT: String(ports.postgres),
    POSTGRES_PASSWORD: databasePassword,
  };
}

async function connects({ ports, databasePassword }: StackSettings): Promise<boolean> {
  const client = new pg.Client({
    connectionString: `postgres://portage:${databasePassword}@127.0.0.1:${ports.postgres}/portage`,
    connectionTimeoutMillis: 2000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
