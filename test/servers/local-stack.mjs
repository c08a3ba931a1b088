import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..', '..');
const homes = join(root, '.portage', 'tests');

/** The local stack in a home of its own, which is removed at the end. Should Jest be killed, the stack ends by itself. */
export async function startLocalStack(env) {
  removeStale();
  const home = join(homes, String(process.pid));
  const stack = spawn(process.execPath, [join(root, 'tools', 'run.mjs'), 'stack', '--throwaway'], {
    // Jest's Node flags are for Jest alone.
    env: { ...env, NODE_OPTIONS: '', PORTAGE_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const exited = once(stack, 'exit');
  const line = await Promise.race([readyLine(stack.stdout), exited.then(() => undefined)]);
  if (line === undefined) throw new Error('The local stack did not start; the lines above say why.');
  const { kafka, schemaRegistry, database } = JSON.parse(line.slice('ready '.length));
  stack.unref();
  stack.channel.unref();
  stack.stdout.unref();
  return {
    env: { KAFKA_BROKERS: kafka, SCHEMA_REGISTRY_URL: schemaRegistry, DATABASE_URL: database },
    stop: async () => {
      stack.ref();
      stack.kill('SIGTERM');
      await exited;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function readyLine(stdout) {
  return new Promise((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => line.startsWith('ready ') && resolve(line));
  });
}

/** Homes are named after the process that uses them. */
function removeStale() {
  if (!existsSync(homes)) return;
  for (const name of readdirSync(homes))
    if (!isAlive(Number(name))) rmSync(join(homes, name), { recursive: true, force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
