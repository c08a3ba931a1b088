import { spawn } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '..', '..', 'dist', 'apps', 'poller', 'src', 'main.js');

/** A poller as a process of its own, which can be ended as the kernel ends one. */
export class PollerProcess {
  private readonly child;
  private readonly ended: Promise<void>;

  constructor(env: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, [main], {
      env: { PATH: process.env['PATH'], ...env, POLLER_PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'silent' },
      stdio: 'ignore',
    });
    this.ended = new Promise((resolve) => this.child.once('exit', () => resolve()));
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
