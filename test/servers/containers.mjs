import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { versions } from '../../tools/stack/versions.ts';

const label = 'portage.tests';

/** True where a Docker engine answers. testcontainers is loaded only then: it takes half a second. */
export async function engineAnswers() {
  const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  if (!host.startsWith('unix://')) return true;
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect(host.slice('unix://'.length));
    socket.once('connect', () => resolve(true) || socket.destroy());
    socket.once('error', () => resolve(false));
  });
}

/** The three servers as containers on a network of their own. */
export async function startContainers(env) {
  // Its image may not be had, and what a killed run leaves is removed by the next one below.
  process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';
  const { GenericContainer, Network, Wait, getContainerRuntimeClient } = await import('testcontainers');
  await removeStale(await getContainerRuntimeClient());
  const labels = { [label]: String(process.pid) };
  const network = await new Network().start();
  const started = [];
  const stop = async () => {
    await Promise.all(started.map((container) => container.stop()));
    await network.stop();
  };
  const run = async (container) => {
    const running = await container.withNetwork(network).withLabels(labels).withStartupTimeout(120_000).start();
    started.push(running);
    return running;
  };
  const password = randomBytes(16).toString('hex');
  const postgres = async () => {
    const running = await run(
      new GenericContainer(env.POSTGRES_IMAGE ?? `postgres:${versions.postgres}`)
        .withEnvironment({ POSTGRES_USER: 'portage', POSTGRES_PASSWORD: password, POSTGRES_DB: 'portage' })
        .withNetworkAliases('postgres')
        .withExposedPorts(5432)
        // The first start runs without TCP, for its own set-up.
        .withHealthCheck({
          test: ['CMD', 'pg_isready', '-h', 'localhost', '-U', 'portage'],
          interval: 500,
          retries: 120,
        })
        .withWaitStrategy(Wait.forHealthCheck())
        .withCommand(['postgres', '-c', 'max_connections=300', '-c', 'fsync=off']),
    );
    await running.exec(['psql', '-U', 'portage', '-c', 'create database registry']);
    const registry = await run(
      new GenericContainer(env.REGISTRY_IMAGE ?? `apicurio/apicurio-registry:${versions.registry}`)
        .withEnvironment({
          APICURIO_STORAGE_KIND: 'sql',
          APICURIO_STORAGE_SQL_KIND: 'postgresql',
          APICURIO_DATASOURCE_URL: 'jdbc:postgresql://postgres:5432/registry',
          APICURIO_DATASOURCE_USERNAME: 'portage',
          APICURIO_DATASOURCE_PASSWORD: password,
        })
        .withExposedPorts(8080)
        .withWaitStrategy(Wait.forHttp('/apis/ccompat/v7/subjects', 8080)),
    );
    return {
      DATABASE_URL: `postgres://portage:${password}@${running.getHost()}:${running.getMappedPort(5432)}/portage`,
      SCHEMA_REGISTRY_URL: `http://${registry.getHost()}:${registry.getMappedPort(8080)}/apis/ccompat/v7`,
    };
  };
  const kafka = async () => {
    // Clients are sent to the advertised address, so the outer port must be known before the broker starts.
    const port = await freePort();
    await run(
      new GenericContainer(env.KAFKA_IMAGE ?? `apache/kafka:${versions.kafka}`)
        .withEnvironment(kafkaEnvironment(port))
        .withExposedPorts({ container: 9092, host: port })
        .withWaitStrategy(Wait.forListeningPorts()),
    );
    return { KAFKA_BROKERS: `localhost:${port}` };
  };
  const results = await Promise.allSettled([kafka(), postgres()]);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) {
    await stop().catch(() => {});
    throw failure.reason;
  }
  return { env: Object.assign({}, ...results.map((result) => result.value)), stop };
}

function kafkaEnvironment(port) {
  return {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_LISTENERS: 'OUTSIDE://:9092,CONTROLLER://:9093',
    KAFKA_ADVERTISED_LISTENERS: `OUTSIDE://localhost:${port}`,
    KAFKA_INTER_BROKER_LISTENER_NAME: 'OUTSIDE',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'OUTSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '4',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Containers carry the process id of the run that uses them; their network goes with them. */
async function removeStale({ container: { dockerode } }) {
  const left = await dockerode.listContainers({ all: true, filters: { label: [label] } });
  const stale = left.filter(({ Labels }) => !isAlive(Number(Labels[label])));
  for (const { Id } of stale) await dockerode.getContainer(Id).remove({ force: true, v: true });
  const networks = new Set(stale.flatMap(({ NetworkSettings }) => Object.keys(NetworkSettings.Networks)));
  networks.delete('bridge');
  for (const name of networks) await dockerode.getNetwork(name).remove();
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
