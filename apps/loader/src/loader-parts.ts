import { Budget } from '@portage/http';
import { KafkaCluster, kafkaConfigOf, Publisher, RecordWriter, registryConfigOf, SchemaRegistry } from '@portage/kafka';
import { Database } from '@portage/persistence';
import { type Logger, PortageError, sleep } from '@portage/platform';
import { type ServiceEnvironment } from '@portage/platform/service';
import { TOPICS } from '@portage/records';
import { Breakers } from './breakers/breakers.js';
import { AuthClient } from './connections/auth-client.js';
import { Connections } from './connections/connections.js';
import { DeadLetters } from './dead-letters.js';
import { Calls } from './report/calls.js';
import { Targets } from './targets/targets.js';

/** What one loader process has: its servers, opened and known to be usable, and what it knows of connections. */
export interface LoaderParts {
  readonly environment: ServiceEnvironment;
  readonly logger: Logger;
  readonly database: Database;
  readonly cluster: KafkaCluster;
  readonly registry: SchemaRegistry;
  readonly publisher: Publisher;
  readonly deadLetters: DeadLetters;
  readonly connections: Connections;
  readonly targets: Targets;
  readonly breakers: Breakers;
  readonly calls: Calls;
  /** Ends requests under way. */
  readonly stopNow: AbortController;
}

/** @throws PortageError that names the server which cannot be used, and what to do about it */
export async function openParts(environment: ServiceEnvironment, logger: Logger): Promise<LoaderParts> {
  const [token] = environment.PORTAGE_SERVICE_TOKEN;
  if (!token) throw missingToken();
  const cluster = new KafkaCluster(kafkaConfigOf(environment, 'portage-loader'), logger);
  const registry = new SchemaRegistry(registryConfigOf(environment), environment.TOPIC_PREFIX);
  await cluster.check();
  const writer = await RecordWriter.create(registry, TOPICS);
  const { DATABASE_URL: url, DATABASE_SSL: ssl } = environment;
  const database = await Database.open({ url, ssl, role: 'portage_loader', poolSize: 16 });
  const publisher = await Publisher.open(cluster, writer, PUBLISH_DEADLINE_MS);
  const auth = new AuthClient(environment.AUTH_URL ?? `http://127.0.0.1:${environment.AUTH_PORT}`, token);
  const connections = new Connections(auth);
  const calls = new Calls(database);
  const stopNow = new AbortController();
  const targets = new Targets({
    environment,
    auth,
    connections,
    budget: new Budget(database),
    onCall: (connectionId, endpoint, count) => calls.count(connectionId, endpoint, count),
    logger,
    signal: stopNow.signal,
  });
  const deadLetters = new DeadLetters(publisher, writer, (stream) => cluster.topicName(stream));
  const breakers = new Breakers(database, logger);
  await breakers.refresh();
  await firstConnections(connections, logger);
  return {
    environment,
    logger,
    database,
    cluster,
    registry,
    publisher,
    deadLetters,
    connections,
    targets,
    breakers,
    calls,
    stopNow,
  };
}

export async function closeParts({ publisher, cluster, database, calls }: LoaderParts): Promise<void> {
  await calls.flush().catch(() => undefined);
  await publisher.close();
  await cluster.close();
  await database.close();
}

/** Nothing can be said of a record before its connection is known; auth may still be starting. */
async function firstConnections(connections: Connections, logger: Logger): Promise<void> {
  for (let attempt = 0; !connections.known; attempt += 1) {
    try {
      await connections.refresh();
    } catch (error) {
      if (attempt >= MOST_TRIES) throw error;
      if (attempt === 0) logger.warn('waiting for the auth service');
      await sleep(1000);
    }
  }
}

const PUBLISH_DEADLINE_MS = 30_000;
const MOST_TRIES = 60;

function missingToken(): PortageError {
  return new PortageError({
    code: 'config.invalid',
    disposition: 'halt',
    message: 'PORTAGE_SERVICE_TOKEN names no token.',
  });
}

/** Injection token of the parts. */
export const LOADER_PARTS = Symbol('LoaderParts');
