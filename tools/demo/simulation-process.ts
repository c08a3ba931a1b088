import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Readable } from 'node:stream';
import { PortageError } from '@portage/platform';
import { type Account } from './flags.js';
import { type Simulation, type SimulationAccess } from './simulation.js';

/** Both vendors in a process of their own, so that they cost the services nothing and survive what is killed beside them. */
export async function spawnSimulation(
  account: Account,
  options: { readonly state?: string; readonly limits: boolean; readonly redirectUri: string },
): Promise<Simulation> {
  const figures = (['speed', 'seed', 'contacts', 'lists', 'campaigns'] as const).flatMap((name) => [
    `--${name}`,
    String(account[name]),
  ]);
  const script = join(import.meta.dirname, '..', 'simulators.js');
  const args = [
    ...process.execArgv,
    script,
    ...figures,
    ...['--redirect-uri', options.redirectUri],
    ...(options.state === undefined ? [] : ['--state', options.state]),
    ...(options.limits ? [] : ['--no-limits']),
  ];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, PORTAGE_LIFELINE: String(process.pid) },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout as Readable });
  const access = await new Promise<SimulationAccess>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.startsWith('ready ')) resolve(JSON.parse(line.slice('ready '.length)) as SimulationAccess);
    });
    void ended.then(() => reject(notStarted()));
  });
  return {
    ...access,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function notStarted(): PortageError {
  return new PortageError({
    code: 'demo.simulation',
    disposition: 'halt',
    message: 'The simulated vendors did not start: the lines above say why; "npm start -- --reset" begins anew.',
  });
}
