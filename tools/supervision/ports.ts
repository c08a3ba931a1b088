import { createServer } from 'node:net';

/** Where ports come from; tests have their own. */
export interface PortSource {
  isFree(port: number): Promise<boolean>;
  pick(taken: ReadonlySet<number>): Promise<number>;
}

/** Below the range from which operating systems lend ports to outgoing connections. */
const lowest = 20_000;
const highest = 32_000;

export async function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port that is free now and not in `taken`. */
export async function pickPort(taken: ReadonlySet<number>, host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (!taken.has(port) && (await isFree(port, host))) return port;
  }
  throw new Error('No free port was found on the loopback address.');
}
