import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Watcher } from './watcher.js';

function sleeper(): ChildProcess & { readonly pid: number } {
  return spawn('sleep', ['600'], { stdio: 'ignore', detached: true }) as ChildProcess & { readonly pid: number };
}

describe('the watcher', () => {
  it('ends what it knows of when its supervisor is gone, and only that', async () => {
    const [watched, finished] = [sleeper(), sleeper()];
    const watcher = new Watcher();
    watcher.add(watched.pid, 'TERM');
    watcher.add(finished.pid, 'TERM');
    watcher.gone(finished.pid);
    const ended = once(watched, 'exit');
    await watcher.close();
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(finished.exitCode ?? finished.signalCode).toBeNull();
    finished.kill('SIGKILL');
  });
});
