import { parseArgs } from 'node:util';
import {
  endOffsets,
  KafkaCluster,
  kafkaConfigOf,
  type Outgoing,
  Publisher,
  RecordWriter,
  registryConfigOf,
  SchemaRegistry,
} from '@portage/kafka';
import { createLogger, loadConfig, sleep } from '@portage/platform';
import { type Topic, TOPICS } from '@portage/records';
import { z } from 'zod';
import { round } from './bench/figures.js';
import { peakMemoryMiB } from './bench/memory.js';
import { marksFor, recordsFor, type Sizes } from './bench/replay-records.js';
import { onStage } from './bench/stage.js';
import { createConnection } from './demo/connection.js';
import { type Simulation } from './demo/simulation.js';
import { table } from './portage/render.js';
import { createdSchema, type Replay, replaySchema, stateSchema } from './portage/replay-answers.js';
import { type Services } from './portage/services.js';
import { program } from './program.js';
import { type Up } from './up/up.js';

const usage = `Publishes an account and measures a dry run of its replay into another connection.

  --contacts N (100000)  --activities N (100000)
  --json                 figures as one JSON document on stdout
`;

/** Records in one request to Kafka. */
const page = 2000;
const account = { contacts: 10, lists: 1, campaigns: 1, seed: 1, speed: 1 };

interface Figures extends Sizes {
  readonly publishSeconds: number;
  readonly seconds: number;
  readonly recordsPerSecond: number;
  /** Most memory of the loader: before anything was replayed, and afterwards. */
  readonly peakMiB: readonly [number, number];
  readonly wouldCreate: number;
  readonly wouldSend: number;
}

await program(async (signal) => {
  const { values } = parseArgs({
    options: {
      contacts: { type: 'string', default: '100000' },
      activities: { type: 'string', default: '100000' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const sizes = { contacts: Number(values.contacts), activities: Number(values.activities) };
  // Opt-outs are what a dry run needs from live loading; people would only be in its way.
  const env = { LOADER_STREAMS: 'suppressions' };
  const figures = await onStage({ account, limits: false, env, signal }, ({ simulation, during }) =>
    during({ auth: 1, poller: 0, loader: 1 }, (running, services) => measure(running, services, simulation, sizes)),
  );
  print(figures, values.json);
});

async function measure(running: Up, services: Services, simulation: Simulation, sizes: Sizes): Promise<Figures> {
  const source = await createConnection(services, simulation, 'off');
  const target = await createConnection(services, simulation, 'off');
  // Taken into the ledger all the same, and nothing is sent meanwhile.
  await services.post('auth', `/connections/${source}/pause`, undefined, z.unknown());
  const begun = performance.now();
  await publish(running, source, sizes);
  const publishSeconds = (performance.now() - begun) / 1000;
  const [loader = 0] = running.state.pids.loader;
  // A small one first: it waits until the opt-outs are taken in, and compiles what runs for the first time.
  await dryRun(services, { source, target, people: ['00000000-0000-4000-8000-000000000001'] });
  const before = peakMemoryMiB(loader);
  const replay = await dryRun(services, { source, target, people: null });
  const seconds = (Date.parse(replay.finishedAt ?? '') - Date.parse(replay.startedAt ?? '')) / 1000;
  return {
    ...sizes,
    publishSeconds: round(publishSeconds),
    seconds: round(seconds),
    recordsPerSecond: Math.round((sizes.contacts + sizes.activities) / seconds),
    peakMiB: [before, peakMemoryMiB(loader)],
    wouldCreate: replay.dryRun?.changes['profilesCreated'] ?? 0,
    wouldSend: replay.dryRun?.changes['events'] ?? 0,
  };
}

async function publish(running: Up, connectionId: string, sizes: Sizes): Promise<void> {
  const env = loadConfig(running.env);
  const cluster = new KafkaCluster(kafkaConfigOf(env, 'portage-bench'), createLogger('bench', 'silent'));
  const registry = new SchemaRegistry(registryConfigOf(env), env.TOPIC_PREFIX);
  const publisher = await Publisher.open(cluster, await RecordWriter.create(registry, TOPICS), 60_000);
  try {
    let records: Outgoing[] = [];
    for (const record of recordsFor(connectionId, sizes)) {
      records.push(record);
      if (records.length < page) continue;
      await publisher.send(records);
      records = [];
    }
    await publisher.send(records);
    const ends = async (topic: Topic) => {
      const found = [...(await endOffsets(cluster, topic))].sort(([a], [b]) => a - b);
      return found.map(([, end]) => end);
    };
    await publisher.send(
      marksFor(connectionId, { contacts: await ends('contacts'), suppressions: await ends('suppressions') }),
    );
  } finally {
    await publisher.close();
    await cluster.close();
  }
}

async function dryRun(
  services: Services,
  { source, target, people }: { readonly source: string; readonly target: string; readonly people: string[] | null },
): Promise<Replay> {
  const streams = ['lists', 'contacts', 'activities'];
  const body = { connectionId: source, targetConnectionId: target, streams, people, mode: 'dry' };
  const { id } = await services.post('loader', '/replays', body, createdSchema);
  await services.post('loader', `/replays/${id}/start`, undefined, stateSchema);
  for (;;) {
    const replay = await services.get('loader', `/replays/${id}`, replaySchema);
    if (replay.state === 'done') return replay;
    if (replay.state !== 'running') throw new Error(`The replay is ${replay.state}: ${replay.reason ?? ''}`);
    await sleep(500);
  }
}

function print(figures: Figures, json: boolean): void {
  if (json) return void process.stdout.write(`${JSON.stringify(figures)}\n`);
  const rows = [
    ['contacts and activities on the topics', `${figures.contacts} and ${figures.activities}`],
    ['seconds to publish them', figures.publishSeconds],
    ['seconds of the dry run', figures.seconds],
    ['records per second', figures.recordsPerSecond],
    ['peak memory of the loader, MiB, before and after', figures.peakMiB.join(' and ')],
    ['profiles that would be created', figures.wouldCreate],
    ['events that would be sent', figures.wouldSend],
  ];
  process.stdout.write(`${table(['dry run of a replay', ''], rows)}\n`);
}
