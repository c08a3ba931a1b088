import { untilReady } from './readiness.js';
import { type ServerProcess } from './server-process.js';
import { type StackContext } from './stack-context.js';

/** Where the Confluent-compatible API begins. */
export const confluentPath = '/apis/ccompat/v7';

const jvm = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-XX:+ExitOnOutOfMemoryError'];

/** Starts the registry on its own database: records keep the ids of their schemas, so the registry must not forget. */
export async function startRegistry(context: StackContext, java: string, jar: string): Promise<ServerProcess> {
  const { settings, signal } = context;
  const { registry, postgres } = settings.ports;
  const server = context.spawn({
    name: 'registry',
    command: java,
    // The folder is no setting of the registry: it tells this stack's registry from another's.
    args: [...jvm, `-Dportage.stack=${context.folder}`, '-jar', jar],
    env: {
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(registry),
      QUARKUS_LOG_LEVEL: 'WARN',
      APICURIO_STORAGE_KIND: 'sql',
      APICURIO_STORAGE_SQL_KIND: 'postgresql',
      APICURIO_DATASOURCE_URL: `jdbc:postgresql://127.0.0.1:${postgres}/registry`,
      APICURIO_DATASOURCE_USERNAME: 'portage',
      APICURIO_DATASOURCE_PASSWORD: settings.databasePassword,
      APICURIO_DATASOURCE_JDBC_INITIAL_SIZE: '2',
      APICURIO_DATASOURCE_JDBC_MIN_SIZE: '2',
      APICURIO_DATASOURCE_JDBC_MAX_SIZE: '10',
    },
    commandPart: `-Dportage.stack=${context.folder} `,
    stopSignal: 'SIGTERM',
  });
  const subjects = `http://127.0.0.1:${registry}${confluentPath}/subjects`;
  return untilReady(server, async () => (await fetch(subjects, { signal: AbortSignal.timeout(2000) })).ok, signal);
}
