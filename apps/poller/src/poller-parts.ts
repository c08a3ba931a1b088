import { KafkaCluster, kafkaConfigOf, RecordWriter, registryConfigOf, SchemaRegistry } from '@portage/kafka';
import { Database } from '@portage/persistence';
import { type Clock, type Logger, PortageError, systemClock } from '@portage/platform';
import { type ServiceEnvironment } from '@portage/platform/service';
import { TOPICS } from '@portage/records';
import { AuthClient } from './connections/auth-client.js';
import { ConnectionDirectory } from './connections/directory.js';

/** What one poller process has: its servers, opened and known to be usable. */
export interface PollerParts {
  readonly environment: ServiceEnvironment;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly database: Database;
  readonly cluster: KafkaCluster;
  readonly registry: SchemaRegistry;
  readonly writer: RecordWriter;
  readonly auth: AuthClient;
  readonly directory: ConnectionDirectory;
}

/** @throws PortageError that names the server which cannot be used, and what to do about it */
export async function openParts(environment: ServiceEnvironment, logger: Logger): Promise<PollerParts> {
  const [token] = environment.PORTAGE_SERVICE_TOKEN;
  if (!token) throw missingToken();
  const clock = systemClock;
  const auth = new AuthClient(environment.AUTH_URL ?? `http://127.0.0.1:${environment.AUTH_PORT}`, token);
  const cluster = new KafkaCluster(kafkaConfigOf(environment, 'portage-poller'), logger);
  const registry = new SchemaRegistry(registryConfigOf(environment), environment.TOPIC_PREFIX);
  await cluster.check();
  const writer = await RecordWriter.create(registry, TOPICS);
  const database = await Database.open({
    url: environment.DATABASE_URL,
    ssl: environment.DATABASE_SSL,
    role: 'portage_poller',
  });
  const directory = new ConnectionDirectory(auth, environment.CONNECTIONS_REFRESH_SECONDS * 1000, clock);
  return { environment, logger, clock, database, cluster, registry, writer, auth, directory };
}

export async function closeParts({ cluster, database }: PollerParts): Promise<void> {
  await cluster.close();
  await database.close();
}

function missingToken(): PortageError {
  return new PortageError({
    code: 'config.invalid',
    disposition: 'halt',
    message: 'PORTAGE_SERVICE_TOKEN names no token.',
  });
}
