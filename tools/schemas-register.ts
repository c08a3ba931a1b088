import { registryConfigOf, SchemaRegistry } from '@portage/kafka';
import { loadConfig } from '@portage/platform';
import { TOPICS } from '@portage/records';
import { program } from './program.js';

/** Registers this release's schemas. What is registered already keeps its id, so running again changes nothing. */
await program(async () => {
  const env = loadConfig(process.env);
  const registry = new SchemaRegistry(registryConfigOf(env), env.TOPIC_PREFIX);
  const lines: string[] = [];
  for (const topic of TOPICS) lines.push(`Schema ${registry.subjectOf(topic)}: id ${await registry.register(topic)}.`);
  for (const line of lines) console.error(line);
});
