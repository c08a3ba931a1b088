import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { acquireLock, identityOf, lockHolder } from './lock.mjs';

const folder = mkdtempSync(join(tmpdir(), 'portage-lock-'));
const path = join(folder, 'lock');
const module = pathToFileURL(join(import.meta.dirname, 'lock.mjs')).href;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A process that takes the lock, says so and stays. */
async function holder() {
  const script = `import { acquireLock } from '${module}'; await acquireLock('${path}'); process.stdout.write('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
  });
  await once(child.stdout, 'data');
  return child;
}

describe('a lock between processes', () => {
  it('is held by one, and free when released', async () => {
    const release = await acquireLock(path);
    expect(lockHolder(path)).toBe(process.pid);
    expect(await acquireLock(path, { wait: false })).toBeUndefined();
    release();
    expect(lockHolder(path)).toBeUndefined();
  });

  it('ends with its holder, however that dies', async () => {
    const child = await holder();
    expect(lockHolder(path)).toBe(child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const release = await acquireLock(path, { wait: false });
    expect(release).toBeDefined();
    release?.();
  });

  it('is waited for', async () => {
    const child = await holder();
    const waiting = acquireLock(path);
    child.kill('SIGKILL');
    (await waiting)();
  });

  it('knows a process by more than its number', () => {
    expect(identityOf(process.pid)).toMatch(new RegExp(`^${process.pid} \\S+$`));
    expect(identityOf(2 ** 30)).toBeUndefined();
  });
});
