import { registryConfigOf, SchemaRegistry } from '@portage/kafka';
import { exitCodes, loadConfig } from '@portage/platform';
import { TOPICS } from '@portage/records';
import { program } from './program.js';

/** Asks the registry whether this release's schemas go together with every version registered. Changes nothing. */
await program(async () => {
  const env = loadConfig(process.env);
  const registry = new SchemaRegistry(registryConfigOf(env), env.TOPIC_PREFIX);
  let incompatible = 0;
  for (const topic of TOPICS) {
    const { compatible, words } = await registry.check(topic);
    if (compatible) continue;
    incompatible++;
    console.error(`Schema ${registry.subjectOf(topic)}: ${words.join(' ')}`);
  }
  if (incompatible > 0) return exitCodes.unaccounted;
  console.error('Every schema goes together with every version registered.');
  return exitCodes.ok;
});
