import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isOurs, type KnownProcess } from '../supervision/processes.js';
import { type Servers } from './start-stack.js';

const home = mkdtempSync(join(tmpdir(), 'portage-stack-'));
const program = join(import.meta.dirname, '..', '..', 'dist', 'tools', 'stack.js');
const running = new Set<ChildProcess>();

afterAll(async () => {
  for (const stack of running) await end(stack, 'SIGTERM');
  rmSync(home, { recursive: true, force: true });
});

/** The local stack, whatever servers the test run itself was given. */
async function start(): Promise<{ stack: ChildProcess; servers: Servers; said: string[] }> {
  const { KAFKA_BROKERS: _k, SCHEMA_REGISTRY_URL: _r, DATABASE_URL: _d, NODE_OPTIONS: _n, ...env } = process.env;
  const stack = spawn(process.execPath, [program, '--throwaway'], {
    env: { ...env, PORTAGE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(stack);
  const said: string[] = [];
  createInterface({ input: stack.stderr }).on('line', (line) => said.push(line));
  const [line] = (await once(createInterface({ input: stack.stdout }), 'line')) as [string];
  return { stack, servers: JSON.parse(line.slice('ready '.length)) as Servers, said };
}

async function end(stack: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(stack, 'exit');
  stack.kill(signal);
  const [code] = (await exited) as [number | null];
  running.delete(stack);
  return code;
}

function processes(): KnownProcess[] {
  return Object.values(
    JSON.parse(readFileSync(join(home, 'stack', 'processes.json'), 'utf8')) as Record<string, KnownProcess>,
  );
}

it('a stack keeps addresses and schemas, survives a kill and leaves no process behind', async () => {
  const first = await start();
  const registered = await fetch(`${first.servers.schemaRegistry}/subjects/kept-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({
      schema: JSON.stringify({ type: 'record', name: 'Kept', fields: [{ name: 'id', type: 'string' }] }),
    }),
  });
  const { id } = (await registered.json()) as { id: number };
  expect(processes().filter((known) => isOurs(known))).toHaveLength(3);
  await end(first.stack, 'SIGKILL');

  const second = await start();
  expect(second.servers).toEqual(first.servers);
  const kept = await fetch(`${second.servers.schemaRegistry}/schemas/ids/${id}`);
  expect(await kept.text()).toContain('Kept');

  const guest = await start();
  expect(guest.said).toContain('portage: using the servers that another run of this home has started');
  expect(await end(guest.stack, 'SIGTERM')).toBe(0);

  const left = processes();
  expect(await end(second.stack, 'SIGTERM')).toBe(0);
  expect(left.filter((known) => isOurs(known))).toEqual([]);
}, 120_000);
