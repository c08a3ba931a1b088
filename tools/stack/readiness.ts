import { connect } from 'node:net';
import { sleep } from '@portage/platform';
import { type ServerProcess } from './server-process.js';
import { stackError } from './stack.error.js';

/**
 * Waits until `check` answers true.
 *
 * @throws PortageError `stack.not_ready` when the server ends or `withinMs` pass
 */
export async function untilReady(
  server: ServerProcess,
  check: () => Promise<boolean>,
  signal: AbortSignal,
  withinMs = 90_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    if (server.ended.aborted)
      throw stackError('stack.not_ready', `${server.name} ended while it started; ${server.logPath} says why.`);
    if (await check().catch(() => false)) return;
    if (Date.now() > deadline) {
      throw stackError(
        'stack.not_ready',
        `${server.name} did not become ready in ${withinMs / 1000} s; ${server.logPath} may say why.`,
      );
    }
    await sleep(50, signal);
  }
}

/** True when something listens there. */
export async function answers(host: string, port: number, withinMs = 2000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: withinMs });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.once('timeout', () => done(false));
  });
}
