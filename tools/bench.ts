import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '@portage/platform';
import { peakMemoryMiB } from './bench/memory.js';
import { produceAndConsume, recordsOn } from './bench/raw.js';
import { authorize, createConnection } from './demo/connection.js';
import { demoEnvironment } from './demo/environment.js';
import { spawnSimulation } from './demo/simulation-process.js';
import { table } from './portage/render.js';
import { type Report } from './portage/report.js';
import { Services } from './portage/services.js';
import { awaitSync, startSync } from './portage/sync.js';
import { program } from './program.js';
import { homeOf } from './stack/home.js';
import { pickPort } from './supervision/ports.js';
import { up, type Up } from './up/up.js';

const usage = `Migrates a simulated account with all limits off and compares with a raw produce and consume of the same records.

  --contacts N (10000)  --lists N (30)  --campaigns N (40)  --seed N (1)
  --json                figures as one JSON document on stdout
`;

const say = (words: string): void => void process.stderr.write(`portage: ${words}\n`);

await program(async (signal) => {
  const { values } = parseArgs({
    options: {
      contacts: { type: 'string', default: '10000' },
      lists: { type: 'string', default: '30' },
      campaigns: { type: 'string', default: '40' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const { contacts, lists, campaigns, seed } = values;
  const account = {
    contacts: Number(contacts),
    lists: Number(lists),
    campaigns: Number(campaigns),
    seed: Number(seed),
    speed: 1,
  };
  // Inside the project's own home, so that a database server that runs as another user may reach it.
  const home = mkdtempSync(join(homeOf({}), 'bench-'));
  const authPort = await pickPort(new Set(), '127.0.0.1');
  const ports = { AUTH_PORT: String(authPort), POLLER_PORT: '0', LOADER_PORT: '0' };
  const publicUrl = `http://127.0.0.1:${authPort}`;
  const simulation = await spawnSimulation(account, {
    limits: false,
    redirectUri: `${publicUrl}/oauth/callback/constant-contact`,
  });
  try {
    const env = {
      ...demoEnvironment({ ...process.env, ...ports, PUBLIC_URL: publicUrl }, simulation, account.speed),
      CONSTANT_CONTACT_RATE: '0',
      CONSTANT_CONTACT_DAILY_CALLS: '100000000',
      KLAVIYO_LIMIT_SCALE: '0',
      LOADER_LINGER_SECONDS: '0.2',
      CONNECTIONS_REFRESH_SECONDS: '0.5',
      POLLER_TICK_SECONDS: '0.2',
    };
    const running = await up({ home, env, replicas: { auth: 1, poller: 1, loader: 1 }, say, signal });
    try {
      print(await measure(running, simulation), values.json);
    } finally {
      await running.stop();
    }
  } finally {
    await simulation.stop();
    rmSync(home, { recursive: true, force: true });
  }
});

interface Figures {
  readonly records: number;
  readonly atTheSink: number;
  readonly seconds: number;
  readonly recordsPerSecond: number;
  readonly rawSeconds: readonly number[];
  /** How many times longer the migration takes than the raw work. */
  readonly ratio: number;
  readonly accounted: boolean;
  readonly peakMiB: Readonly<Record<string, number>>;
}

async function measure(running: Up, simulation: Awaited<ReturnType<typeof spawnSimulation>>): Promise<Figures> {
  const services = new Services(running.env, say);
  const connectionId = await createConnection(services, simulation, 'off');
  await authorize(services, connectionId);
  const begun = performance.now();
  const request = { connectionId, sweep: false, say };
  const report = await awaitSync(services, request, await startSync(services, request));
  const seconds = (performance.now() - begun) / 1000;
  const { pids } = running.state;
  const peakMiB = Object.fromEntries(
    Object.entries(pids).map(([service, list]) => [service, Math.max(...list.map(peakMemoryMiB))]),
  );
  const records = await recordsOn(loadConfig(running.env));
  const raw = (name: string) => produceAndConsume(loadConfig({ ...running.env, TOPIC_PREFIX: `raw-${name}` }), records);
  // Twice the same: what the two differ by is what any difference means on this machine.
  const rawSeconds = [await raw('a'), await raw('b')];
  const atTheSink = sinkRecords(report);
  return {
    records: records.length,
    atTheSink,
    seconds: round(seconds),
    recordsPerSecond: Math.round(atTheSink / seconds),
    rawSeconds: rawSeconds.map(round),
    ratio: round(seconds / Math.min(...rawSeconds)),
    accounted: report.accounted,
    peakMiB,
  };
}

/** What the read-back found: people and events, each once. */
function sinkRecords({ klaviyo }: Report): number {
  return klaviyo.profiles + klaviyo.lists + Object.values(klaviyo.events).reduce((sum, count) => sum + count, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function print(figures: Figures, json: boolean): void {
  if (json) return void process.stdout.write(`${JSON.stringify(figures)}\n`);
  const rows = [
    ['records on the topics', figures.records],
    ['people, lists and events found at the sink', figures.atTheSink],
    ['seconds, first call to settled and read back', figures.seconds],
    ['records per second at the sink', figures.recordsPerSecond],
    ['raw produce and consume, seconds (twice)', figures.rawSeconds.join(' and ')],
    ['migration / raw', figures.ratio],
    ...Object.entries(figures.peakMiB).map(([service, size]) => [`peak memory of ${service}, MiB`, size] as const),
    ['every record accounted for', String(figures.accounted)],
  ] as const;
  process.stdout.write(`${table(['figure', 'value'], rows)}\n`);
}
