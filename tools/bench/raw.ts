import {
  applyTopics,
  KafkaCluster,
  kafkaConfigOf,
  type Outgoing,
  Publisher,
  readBounded,
  RecordWriter,
  registryConfigOf,
  SchemaRegistry,
} from '@portage/kafka';
import { createLogger, type Environment } from '@portage/platform';
import { type Stream, STREAMS } from '@portage/records';

/** As many records go into one request as a page of the source brings. */
const PAGE = 500;

/** Every record that the topics of `env` hold. */
export async function recordsOn(env: Environment): Promise<Outgoing[]> {
  return withKafka(env, async (cluster, registry) => {
    const records: Outgoing[] = [];
    for (const stream of STREAMS) {
      await consume(cluster, registry, stream, (found) => records.push(...found));
    }
    return records;
  });
}

/**
 * The bare work under a migration: the same records encoded, produced with all acknowledgements, consumed and decoded.
 *
 * @returns seconds
 */
export async function produceAndConsume(env: Environment, records: readonly Outgoing[]): Promise<number> {
  return withKafka(env, async (cluster, registry) => {
    await applyTopics(cluster, { correct: false });
    for (const stream of STREAMS) await registry.register(stream);
    const writer = await RecordWriter.create(registry, STREAMS);
    const publisher = await Publisher.open(cluster, writer, 60_000);
    const begun = performance.now();
    for (let from = 0; from < records.length; from += PAGE) await publisher.send(records.slice(from, from + PAGE));
    let consumed = 0;
    for (const stream of STREAMS) await consume(cluster, registry, stream, (found) => (consumed += found.length));
    const seconds = (performance.now() - begun) / 1000;
    await publisher.close();
    if (consumed < records.length) throw new Error(`${records.length} records were produced and ${consumed} consumed.`);
    return seconds;
  });
}

async function consume(
  cluster: KafkaCluster,
  registry: SchemaRegistry,
  topic: Stream,
  take: (records: Outgoing[]) => void,
): Promise<void> {
  await readBounded({
    cluster,
    registry,
    topic,
    from: 'start',
    signal: AbortSignal.timeout(600_000),
    onRecords: (_, records) => {
      take(
        records.flatMap((record) => {
          if ('undecodable' in record || record.value === null) return [];
          return [{ topic, key: record.key, value: record.value, timestamp: record.timestamp } as Outgoing];
        }),
      );
      return Promise.resolve();
    },
  });
}

/** With a cluster and registry of its own, closed afterwards. */
export async function withKafka<T>(
  env: Environment,
  work: (cluster: KafkaCluster, registry: SchemaRegistry) => Promise<T>,
): Promise<T> {
  const cluster = new KafkaCluster(kafkaConfigOf(env, 'portage-bench'), createLogger('bench', 'silent'));
  try {
    return await work(cluster, new SchemaRegistry(registryConfigOf(env), env.TOPIC_PREFIX));
  } finally {
    await cluster.close();
  }
}
