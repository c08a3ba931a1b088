import { parseArgs } from 'node:util';
import { jsonOf, request } from '@portage/http';
import { loadConfig, sleep } from '@portage/platform';
import { generateAccount } from '@portage/simulators';
import { z } from 'zod';
import { type BarePages, readAndProduce } from './bench/bare-pages.js';
import { cpuSeconds } from './bench/cpu.js';
import { peakMemoryMiB } from './bench/memory.js';
import { printFigures, round } from './bench/figures.js';
import { minimumCalls } from './bench/minimum-calls.js';
import { recordsOn } from './bench/raw.js';
import { onStage, unlimitedSource } from './bench/stage.js';
import { authorize, createConnection } from './demo/connection.js';
import { type Account } from './demo/flags.js';
import { type Run, runSchema, syncSchema } from './portage/answers.js';
import { type Services } from './portage/services.js';
import { program } from './program.js';
import { type Up } from './up/up.js';

const usage = `Reads simulated accounts for the first time: one within the vendor's limits, against the fewest calls and the
shortest time possible; and two of contacts alone with all limits off, a small and a large one, each by a new process.
What a contact costs is the difference of those two over the difference of their sizes, so that starting and warming up
do not count; beside it, a bare read, encode and produce of the large one's pages by a process that has warmed up.

  --contacts N (2000)  --campaigns N (10)   of the account that is read within limits
  --speed N (4)        the limits are so many times the vendor's
  --small N (10000)    --large N (40000)    contacts of the two that are read without limits
  --lists N (20)       --seed N (1)         of all of them
  --json               figures as one JSON document on stdout
`;

const DAY = 86_400_000;

interface Reading {
  readonly run: Run;
  readonly calls: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

await program(async (signal) => {
  const { values } = parseArgs({
    options: {
      contacts: { type: 'string', default: '2000' },
      small: { type: 'string', default: '10000' },
      large: { type: 'string', default: '40000' },
      lists: { type: 'string', default: '20' },
      campaigns: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      speed: { type: 'string', default: '4' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const { seed, lists } = values;
  const sized = (contacts: string, campaigns: string, speed: string): Account => ({
    contacts: Number(contacts),
    lists: Number(lists),
    campaigns: Number(campaigns),
    seed: Number(seed),
    speed: Number(speed),
  });
  const pacedAccount = sized(values.contacts, values.campaigns, values.speed);
  const paced = await reading(pacedAccount, true, signal);
  const small = await reading(sized(values.small, '0', '1'), false, signal);
  const large = await reading(sized(values.large, '0', '1'), false, signal);
  const more = Number(values.large) - Number(values.small);
  const cpu = large.cpuSeconds - small.cpuSeconds;
  // The first bare read warms the process up for the second.
  const bare = Math.min(...large.bare.map(({ cpuSeconds: used }) => used));
  const least = minimumCalls(generateAccount(pacedAccount), Date.now() - 90 * DAY);
  const shortest = least / (4 * Number(values.speed));
  printFigures(
    {
      calls: paced.calls,
      minimumCalls: least,
      callsRatio: round(paced.calls / least),
      seconds: round(paced.seconds),
      minimumSeconds: round(shortest),
      secondsRatio: round(paced.seconds / shortest),
      contactsPerSecond: Math.round(
        more / ((large.run.seconds['contacts'] ?? 0) - (small.run.seconds['contacts'] ?? 0)),
      ),
      cpuMicrosPerContact: micros(cpu, more),
      bareMicrosPerContact: micros(bare, Number(values.large)),
      cpuRatio: round(cpu / more / (bare / Number(values.large))),
      peakMiB: { [values.small]: small.peakMiB, [values.large]: large.peakMiB },
    },
    values.json,
  );
});

/** One first pass of a new connection by new services. Without limits, twice the bare work beside it. */
async function reading(
  account: Account,
  limits: boolean,
  signal: AbortSignal,
): Promise<Reading & { readonly bare: readonly BarePages[] }> {
  const env = limits ? {} : unlimitedSource;
  return onStage({ account, limits, env, signal }, ({ simulation, during }) =>
    during({ auth: 1, poller: 1, loader: 0 }, async (running, services) => {
      const connectionId = await createConnection(services, simulation, 'off');
      const read = await firstPass(running, services, connectionId);
      const bare = (name: string) => bareWork(running, connectionId, name, simulation.constantContact.url);
      return { ...read, bare: limits ? [] : [await bare('a'), await bare('b')] };
    }),
  );
}

async function firstPass(running: Up, services: Services, connectionId: string): Promise<Reading> {
  const pid = running.state.pids['poller']?.[0] ?? 0;
  const before = cpuSeconds(pid);
  await authorize(services, connectionId);
  const { runId } = await services.post('poller', `/connections/${connectionId}/sync`, {}, syncSchema);
  let run = await services.get('poller', `/runs/${runId}`, runSchema);
  while (run.state !== 'done') {
    if (run.state === 'failed') throw new Error(run.reason ?? 'The pass failed.');
    await sleep(200);
    run = await services.get('poller', `/runs/${runId}`, runSchema);
  }
  const used = cpuSeconds(pid) - before;
  const seconds = (Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? '')) / 1000;
  const calls = Object.values(run.calls).reduce((sum, count) => sum + count, 0);
  return { run, calls, seconds, cpuSeconds: used, peakMiB: peakMemoryMiB(pid) };
}

async function bareWork(running: Up, connectionId: string, name: string, origin: string): Promise<BarePages> {
  const records = (await recordsOn(loadConfig(running.env))).filter(({ topic }) => topic === 'contacts');
  const service = (running.env['PORTAGE_SERVICE_TOKEN'] ?? '').split(',')[0] ?? '';
  const answer = await request({
    method: 'POST',
    url: `${running.state.auth}/connections/${connectionId}/tokens/constant-contact`,
    headers: { authorization: `Bearer ${service}`, 'content-type': 'application/json' },
    body: '{}',
  });
  const { accessToken } = z.object({ accessToken: z.string() }).parse(jsonOf(answer));
  return readAndProduce(loadConfig({ ...running.env, TOPIC_PREFIX: `bare-${name}` }), origin, accessToken, records);
}

function micros(seconds: number, contacts: number): number {
  return Math.round((seconds * 1e6) / contacts);
}
