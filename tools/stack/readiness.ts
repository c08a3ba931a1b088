import { connect } from 'node:net';
import { type PortageError, sleep } from '@portage/platform';
import { type ServerProcess } from './server-process.js';
import { stackError } from './stack.error.js';

/**
 * Answers the server when `check` answers true; one that does not come so far is stopped.
 *
 * @throws PortageError `stack.not_ready` when the server ends or `withinMs` pass
 */
export async function untilReady(
  server: ServerProcess,
  check: () => Promise<boolean>,
  signal: AbortSignal,
  withinMs = 90_000,
): Promise<ServerProcess> {
  const deadline = Date.now() + withinMs;
  try {
    for (;;) {
      if (server.ended.aborted) throw notReady(server, 'ended while it started');
      if (await check().catch(() => false)) return server;
      if (Date.now() > deadline) throw notReady(server, `did not become ready in ${withinMs / 1000} s`);
      await sleep(50, signal);
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function notReady({ name, logPath }: ServerProcess, what: string): PortageError {
  return stackError('stack.not_ready', `${name} ${what}; ${logPath} says why.`);
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
