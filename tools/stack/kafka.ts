import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaServes } from './kafka-probe.js';
import { untilReady } from './readiness.js';
import { type ServerProcess } from './server-process.js';
import { type StackContext } from './stack-context.js';
import { stackError } from './stack.error.js';

const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
/** One node of a few hundred megabytes: the serial collector and no more heap than a development load needs. */
const jvm = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:+ExitOnOutOfMemoryError', quiet];

/** Starts the broker, formatted first where it is new; answers when it serves. */
export async function startKafka(context: StackContext, java: string, jars: string): Promise<ServerProcess> {
  const { folder, settings, signal } = context;
  const data = join(folder, 'kafka');
  const properties = join(folder, 'kafka.properties');
  mkdirSync(data, { recursive: true });
  writeFileSync(properties, serverProperties(settings.ports.kafka, settings.ports.controller, data));
  if (!existsSync(join(data, 'meta.properties'))) format(java, jars, properties, settings.clusterId);
  const server = context.spawn({
    name: 'kafka',
    command: java,
    args: [...jvm, '-cp', join(jars, '*'), 'kafka.Kafka', properties],
    commandPart: properties,
    stopSignal: 'SIGTERM',
  });
  return untilReady(server, () => kafkaServes('127.0.0.1', settings.ports.kafka), signal);
}

function format(java: string, jars: string, properties: string, clusterId: string): void {
  const { status, stderr } = spawnSync(
    java,
    [
      '-XX:TieredStopAtLevel=1',
      quiet,
      '-cp',
      join(jars, '*'),
      'kafka.tools.StorageTool',
      'format',
      `-t=${clusterId}`,
      '-c',
      properties,
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0)
    throw stackError('stack.not_ready', `Kafka's storage could not be formatted: ${stderr.trim().split('\n').at(-1)}`);
}

/** One node that is broker and controller; everything that is replicated by default exists once. */
export function serverProperties(port: number, controllerPort: number, data: string): string {
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
