import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { demoEnvironment } from '../demo/environment.js';
import { type Account } from '../demo/flags.js';
import { spawnSimulation } from '../demo/simulation-process.js';
import { type Simulation } from '../demo/simulation.js';
import { Services } from '../portage/services.js';
import { homeOf } from '../stack/home.js';
import { pickPort } from '../supervision/ports.js';
import { type ReplicaCounts } from '../up/replicas.js';
import { up, type Up } from '../up/up.js';

export const say = (words: string): void => void process.stderr.write(`portage: ${words}\n`);

/** Settings of services that spare Constant Contact, and Klaviyo, nothing. */
export const unlimitedSource = { CONSTANT_CONTACT_RATE: '0', CONSTANT_CONTACT_DAILY_CALLS: '100000000' };
export const unlimitedTarget = { KLAVIYO_LIMIT_SCALE: '0', LOADER_LINGER_SECONDS: '0.2' };

export interface Conditions {
  readonly account: Account;
  /** Of the simulated vendors. */
  readonly limits: boolean;
  /** Of the services. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface Stage {
  readonly simulation: Simulation;
  /** Starts Portage, as often as it is asked for, one after the other; stops it when the work is done. */
  readonly during: <T>(replicas: ReplicaCounts, work: (running: Up, services: Services) => Promise<T>) => Promise<T>;
}

/** Simulated vendors, a home and ports of a benchmark's own; all of it is gone when the work is done. */
export async function onStage<T>(
  { account, limits, env = {}, signal }: Conditions,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  // Inside the project's own home, so that a database server that runs as another user may reach it.
  mkdirSync(homeOf({}), { recursive: true });
  const home = mkdtempSync(join(homeOf({}), 'bench-'));
  const authPort = await pickPort(new Set(), '127.0.0.1');
  const publicUrl = `http://127.0.0.1:${authPort}`;
  const redirectUri = `${publicUrl}/oauth/callback/constant-contact`;
  const simulation = await spawnSimulation(account, { limits, redirectUri });
  const ports = { AUTH_PORT: String(authPort), POLLER_PORT: '0', LOADER_PORT: '0', PUBLIC_URL: publicUrl };
  const settings = {
    ...demoEnvironment({ ...process.env, ...ports }, simulation, account.speed),
    CONNECTIONS_REFRESH_SECONDS: '0.5',
    POLLER_TICK_SECONDS: '0.2',
    ...env,
  };
  try {
    return await work({
      simulation,
      during: async (replicas, act) => {
        const running = await up({ home, env: settings, replicas, say, signal });
        try {
          return await act(running, new Services(running.env, say));
        } finally {
          await running.stop();
        }
      },
    });
  } finally {
    await simulation.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
