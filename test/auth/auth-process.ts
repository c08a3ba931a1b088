import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { adminToken, encryptionKeys, serviceToken } from './auth-service.js';
import { type Stage } from './stage.js';

const main = join(import.meta.dirname, '..', '..', 'dist', 'apps', 'auth', 'src', 'main.js');

/** The auth service as an operator runs it: a process of its own, which can be killed. */
export class AuthProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly metricsUrl: string,
    /** What it wrote to stdout and stderr so far. */
    readonly output: () => string,
  ) {}

  static async start(stage: Stage, variables: Readonly<Record<string, string>> = {}): Promise<AuthProcess> {
    const child = spawn(process.execPath, ['--enable-source-maps', main], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: stage.database.url.reveal(),
        PORTAGE_ADMIN_TOKEN: adminToken,
        PORTAGE_SERVICE_TOKEN: serviceToken,
        PORTAGE_ENCRYPTION_KEYS: encryptionKeys,
        AUTH_PORT: '0',
        ...stage.variables,
        ...variables,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const listening = new Promise<{ port: number; metricsPort: number }>((resolve, reject) => {
      child.once('message', (message) => resolve(message as { port: number; metricsPort: number }));
      child.once('exit', (code) => reject(new Error(`auth ended with ${code}: ${output}`)));
    });
    const { port, metricsPort } = await listening;
    return new AuthProcess(child, `http://127.0.0.1:${port}`, `http://127.0.0.1:${metricsPort}/metrics`, () => output);
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}
