import { engineAnswers, startContainers } from './containers.mjs';
import { startLocalStack } from './local-stack.mjs';

/**
 * Kafka, registry and PostgreSQL for tests, the same versions wherever they come from: those that the environment
 * names, else containers where a Docker engine answers (unless PORTAGE_TEST_SERVERS=local), else the local stack.
 * Answers `{env, stop}`; `env` has the three variables that name them.
 */
export async function startServers(env) {
  const names = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'DATABASE_URL'];
  if (names.every((name) => env[name])) return { env: {}, stop: async () => {} };
  if (names.some((name) => env[name]))
    throw new Error(`Tests take all of ${names.join(', ')} from the environment, or none.`);
  if (env.PORTAGE_TEST_SERVERS !== 'local' && (await engineAnswers())) {
    try {
      return await startContainers(env);
    } catch (error) {
      process.stderr.write(
        `portage: containers did not start (${error.message.split('\n')[0]}); using the local stack\n`,
      );
    }
  }
  return startLocalStack(env);
}
