import { parseArgs } from 'node:util';
import { loadConfig } from '@portage/platform';
import { peakMemoryMiB } from './bench/memory.js';
import { round } from './bench/figures.js';
import { produceAndConsume, recordsOn } from './bench/raw.js';
import { onStage, say, unlimitedSource, unlimitedTarget } from './bench/stage.js';
import { authorize, createConnection } from './demo/connection.js';
import { type Simulation } from './demo/simulation.js';
import { table } from './portage/render.js';
import { type Report } from './portage/report.js';
import { type Services } from './portage/services.js';
import { awaitSync, startSync } from './portage/sync.js';
import { program } from './program.js';
import { type Up } from './up/up.js';

const usage = `Migrates a simulated account with all limits off and compares with a raw produce and consume of the same records.

  --contacts N (10000)  --lists N (30)  --campaigns N (40)  --seed N (1)
  --json                figures as one JSON document on stdout
`;

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
  const env = { ...unlimitedSource, ...unlimitedTarget };
  const figures = await onStage({ account, limits: false, env, signal }, ({ simulation, during }) =>
    during({ auth: 1, poller: 1, loader: 1 }, (running, services) => measure(running, services, simulation)),
  );
  print(figures, values.json);
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

async function measure(running: Up, services: Services, simulation: Simulation): Promise<Figures> {
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
