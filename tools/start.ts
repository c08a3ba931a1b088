import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, PortageError } from '@portage/platform';
import { authorize, createConnection } from './demo/connection.js';
import { demoEnvironment, hourlySchedule } from './demo/environment.js';
import { accountOf, type Flags, parseFlags, usage } from './demo/flags.js';
import { keepInStep } from './demo/keep-in-step.js';
import { spawnSimulation } from './demo/simulation-process.js';
import { type Simulation } from './demo/simulation.js';
import { forget, readState, writeState } from './demo/state.js';
import { renderReport } from './portage/render.js';
import { type Report } from './portage/report.js';
import { Services } from './portage/services.js';
import { awaitSync, startSync } from './portage/sync.js';
import { exitCodeOf, program } from './program.js';
import { lockHolder } from './run/lock.mjs';
import { homeOf } from './stack/home.js';
import { up } from './up/up.js';

const say = (words: string): void => void process.stderr.write(`portage: ${words}\n`);

await program(async (signal) => {
  const flags = parseFlags(process.argv.slice(2));
  if (flags === 'help') {
    process.stdout.write(usage);
    return exitCodes.ok;
  }
  const home = homeOf(process.env);
  if (flags.reset) forgetUnlessRunning(home);
  const earlier = readState(home);
  const account = accountOf(flags.asked, earlier?.account);
  mkdirSync(home, { recursive: true });
  writeState(home, { ...earlier, account });
  say(introduction(account.contacts, account.speed));

  const publicUrl = process.env['PUBLIC_URL'] ?? `http://127.0.0.1:${process.env['AUTH_PORT'] ?? '3001'}`;
  const simulation = await spawnSimulation(account, {
    state: join(home, 'simulators'),
    limits: true,
    redirectUri: `${publicUrl}/oauth/callback/constant-contact`,
  });
  try {
    const env = demoEnvironment({ ...process.env, PUBLIC_URL: publicUrl }, simulation, account.speed);
    const running = await up({ home, env, replicas: { auth: 1, poller: 1, loader: 1 }, say, signal });
    try {
      const aborted = new Promise<'stopped'>((resolve) => signal.addEventListener('abort', () => resolve('stopped')));
      const work = migrate({ home, flags, simulation, signal, services: new Services(running.env, say) });
      const ended = await Promise.race([work, aborted, running.gaveUp]);
      if (ended === 'stopped') return exitCodes.ok;
      if (ended instanceof Error) say(ended.message);
      return typeof ended === 'number' ? ended : exitCodeOf(ended);
    } finally {
      say('stopping');
      await running.stop();
    }
  } finally {
    await simulation.stop();
  }
});

interface Migration {
  readonly home: string;
  readonly flags: Flags;
  readonly simulation: Simulation;
  readonly services: Services;
  readonly signal: AbortSignal;
}

async function migrate({ home, flags, simulation, services, signal }: Migration): Promise<number> {
  const connectionId = await connect(home, services, simulation);
  const request = { connectionId, sweep: false, say };
  const report = await awaitSync(services, request, await startSync(services, request));
  print(report, flags.json);
  if (flags.once) return report.accounted ? exitCodes.ok : exitCodes.unaccounted;
  say('the account keeps changing and Portage keeps the two in step; Ctrl-C ends it');
  await keepInStep(services, simulation, connectionId, { say, signal });
  return exitCodes.ok;
}

async function connect(home: string, services: Services, simulation: Simulation): Promise<string> {
  const state = readState(home);
  if (state === undefined) throw new Error('the state of the demo is gone');
  const schedule = hourlySchedule(state.account.speed);
  const connectionId = state.connectionId ?? (await createConnection(services, simulation, schedule));
  writeState(home, { ...state, connectionId });
  await authorize(services, connectionId);
  say(`connection ${connectionId} is authorised`);
  return connectionId;
}

function print(report: Report, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : renderReport(report));
}

function forgetUnlessRunning(home: string): void {
  const holder = lockHolder(join(home, 'up.lock'));
  if (holder === undefined) return forget(home);
  throw new PortageError({
    code: 'up.running',
    disposition: 'halt',
    message: `Portage runs in this home (process ${holder}): stop it before --reset.`,
  });
}

function introduction(contacts: number, speed: number): string {
  const pace = speed === 1 ? 'at their real pace' : `${speed} times faster than the real ones (limits and delays)`;
  return `migrating a simulated account of ${contacts} contacts; both vendors are simulated, ${pace}`;
}
