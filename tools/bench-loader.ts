import { parseArgs } from 'node:util';
import { limits } from '@portage/klaviyo';
import { loadConfig, sleep } from '@portage/platform';
import { klaviyoDelays } from '@portage/simulators';
import { type BarePosts, consumeAndPost, slowDown } from './bench/bare-posts.js';
import { cpuSeconds } from './bench/cpu.js';
import { printFigures, round } from './bench/figures.js';
import { peakMemoryMiB } from './bench/memory.js';
import { onStage, unlimitedSource, unlimitedTarget } from './bench/stage.js';
import { authorize, createConnection } from './demo/connection.js';
import { type Account } from './demo/flags.js';
import { type Simulation } from './demo/simulation.js';
import { type Progress, progressSchema, type Run, runSchema, syncSchema } from './portage/answers.js';
import { type Services } from './portage/services.js';
import { isSettled } from './portage/sync.js';
import { program } from './program.js';
import { type Up } from './up/up.js';

const usage = `Loads a simulated account that was read before: with all limits off against a bare consume, decode and post of the same
records; with one and with more loaders into an account that answers slowly; and, if asked for, at the vendor's true limits
against the time that these allow at least for the calls made.

  --contacts N (1000)  --lists N (10)  --campaigns N (10)  --seed N (1)
  --loaders N (4)      against one, with a slow account; 1 leaves this out
  --slow MS (1000)     what every answer of the slow account takes
  --true-limits        takes minutes, because effects take as long as the vendor's
  --json               figures as one JSON document on stdout

More loaders help where answers are slow, contacts are many (tens of thousands; of a few, the steps that follow one another are all
there is) and the machine has processors left for them, the servers and the simulated vendors.

Processor time is without the loader's start. At true limits, beside the fewest seconds that the limits allow stand those that the
vendor's effects take, one after the other, for the slowest person: opt-outs first, then the import, then the subscription.
`;

interface Conditions {
  readonly account: Account;
  readonly limits: boolean;
  readonly loaders: number;
  readonly slowMs: number;
  readonly bare: boolean;
}

interface Loading {
  readonly seconds: number;
  /** Without what a loader needs to start. */
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly progress: Progress;
  readonly bare: BarePosts | null;
}

await program(async (signal) => {
  const { values } = parseArgs({
    options: {
      contacts: { type: 'string', default: '1000' },
      lists: { type: 'string', default: '10' },
      campaigns: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      loaders: { type: 'string', default: '4' },
      slow: { type: 'string', default: '1000' },
      'true-limits': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const [contacts, lists, campaigns, seed, many, slowMs] = (
    ['contacts', 'lists', 'campaigns', 'seed', 'loaders', 'slow'] as const
  ).map((name) => Number(values[name])) as [number, number, number, number, number, number];
  const account = { contacts, lists, campaigns, seed, speed: 1 };
  const free = await loading({ account, limits: false, loaders: 1, slowMs: 0, bare: true }, signal);
  const slow = (loaders: number) => loading({ account, limits: false, loaders, slowMs, bare: false }, signal);
  const scaling = many > 1 ? { one: (await slow(1)).seconds, many: (await slow(many)).seconds } : null;
  const paced = values['true-limits']
    ? await loading({ account, limits: true, loaders: 1, slowMs: 0, bare: false }, signal)
    : null;
  printFigures({ ...throughput(free, contacts), ...scaled(scaling, many), ...atLimits(paced) }, values.json);
});

/** Reads the account without a loader, then starts loaders and waits until everything is loaded and settled. */
async function loading(conditions: Conditions, signal: AbortSignal): Promise<Loading> {
  const { account, limits: limited, loaders, slowMs, bare } = conditions;
  const env = { ...unlimitedSource, ...(limited ? {} : unlimitedTarget) };
  return onStage({ account, limits: limited, env, signal }, async ({ simulation, during }) => {
    const one = { auth: 1, poller: 1 };
    const starting = await during({ ...one, loader: loaders }, (running) => Promise.resolve(loaderSeconds(running)));
    const { run, connectionId } = await during({ ...one, loader: 0 }, (_running, services) =>
      read(services, simulation),
    );
    if (slowMs > 0) await slowDown(simulation.klaviyo.url, slowMs);
    return during({ ...one, loader: loaders }, async (running, services) => {
      const loaded = await load(running, services, connectionId, run);
      const { url, privateKey: key } = simulation.klaviyo;
      return {
        ...loaded,
        cpuSeconds: loaded.cpuSeconds - starting,
        bare: bare ? await consumeAndPost(loadConfig(running.env), { url, key }) : null,
      };
    });
  });
}

async function read(services: Services, simulation: Simulation) {
  const connectionId = await createConnection(services, simulation, 'off');
  await authorize(services, connectionId);
  const { runId } = await services.post('poller', `/connections/${connectionId}/sync`, {}, syncSchema);
  for (;;) {
    const run = await services.get('poller', `/runs/${runId}`, runSchema);
    if (run.state === 'failed') throw new Error(run.reason ?? 'The pass failed.');
    if (run.state === 'done') return { run, connectionId };
    await sleep(200);
  }
}

async function load(running: Up, services: Services, connectionId: string, run: Run): Promise<Omit<Loading, 'bare'>> {
  const begun = performance.now();
  for (;;) {
    const progress = await services.get('loader', `/connections/${connectionId}/progress`, progressSchema);
    if (isSettled(progress, run)) {
      return {
        seconds: (performance.now() - begun) / 1000,
        cpuSeconds: loaderSeconds(running),
        peakMiB: Math.max(...pidsOf(running).map(peakMemoryMiB)),
        progress,
      };
    }
    // Each look counts everything anew, on the processors that the loader works on.
    await sleep(Math.max(500, (performance.now() - begun) / 30));
  }
}

function pidsOf({ state }: Up): readonly number[] {
  return state.pids['loader'] ?? [];
}

/** Processor time of all loaders so far. */
function loaderSeconds(running: Up): number {
  return pidsOf(running)
    .map(cpuSeconds)
    .reduce((sum, used) => sum + used, 0);
}

function throughput({ seconds, cpuSeconds: cpu, peakMiB, progress, bare }: Loading, contacts: number) {
  const { streams, calls } = progress;
  const people = streams.contacts.outcomes.delivered;
  const events = streams.activities.outcomes.delivered;
  const bareCpu = bare?.cpuSeconds ?? 0;
  return {
    seconds: round(seconds),
    rowsPerSecond: Math.round((people + events) / seconds),
    cpuMicrosPerContact: Math.round((cpu * 1e6) / contacts),
    bareMicrosPerContact: Math.round((bareCpu * 1e6) / contacts),
    cpuRatio: round(cpu / bareCpu),
    peopleAnImport: round(people / (calls['POST /api/profile-bulk-import-jobs'] ?? Number.NaN)),
    eventsARequest: round(events / (calls['POST /api/event-bulk-create-jobs'] ?? Number.NaN)),
    peakMiB,
  };
}

function scaled(scaling: { readonly one: number; readonly many: number } | null, loaders: number) {
  if (scaling === null) return {};
  const { one, many } = scaling;
  return { slowSeconds: { 1: round(one), [loaders]: round(many) }, timesAsFast: round(one / many) };
}

/** The fewest seconds that the vendor's steady limits allow for the calls made: each endpoint has its own. */
function atLimits(paced: Loading | null) {
  if (paced === null) return {};
  const least = Object.entries(paced.progress.calls).map(
    ([endpoint, calls]) => (calls * 60) / (limits[endpoint as keyof typeof limits]?.steady ?? Infinity),
  );
  const minimum = Math.max(0, ...least);
  return {
    limitedSeconds: round(paced.seconds),
    minimumSeconds: round(minimum),
    effectSeconds: effectSeconds(),
    limitedRatio: round(paced.seconds / minimum),
  };
}

/** The longest that an opt-out, an import and a subscription take to show, added up: each waits for the one before. */
function effectSeconds(): number {
  const { unsubscribe, importStart, importRun, subscribe } = klaviyoDelays;
  return [unsubscribe, importStart, importRun, subscribe].reduce((sum, [, longest]) => sum + longest, 0) / 1000;
}
