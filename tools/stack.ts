import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { program } from './program.js';
import { homeOf } from './stack/home.js';
import { startStack } from './stack/start-stack.js';

const usage = `Runs Kafka, the schema registry and PostgreSQL until Ctrl-C; prints "ready" and their addresses as JSON.

  --kafka-port N, --registry-port N, --postgres-port N   instead of ports picked once
  --throwaway                                            faster, for data that need not survive a crash
`;

const options = {
  'kafka-port': { type: 'string' },
  'registry-port': { type: 'string' },
  'postgres-port': { type: 'string' },
  throwaway: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const say = (words: string): void => void process.stderr.write(`portage: ${words}\n`);

await program(async (signal) => {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const wanted = { kafka: values['kafka-port'], registry: values['registry-port'], postgres: values['postgres-port'] };
  const ports = Object.fromEntries(
    Object.entries(wanted).flatMap(([name, port]) => (port ? [[name, Number(port)]] : [])),
  );
  const stack = await startStack({
    home: homeOf(process.env),
    env: process.env,
    say,
    signal,
    ports,
    throwaway: values.throwaway ?? false,
  });
  const { kafka, schemaRegistry, database } = stack;
  process.stdout.write(`ready ${JSON.stringify({ kafka, schemaRegistry, database })}\n`);
  // Keeps the program running: an abort signal alone does not.
  const alive = setInterval(() => undefined, 60_000);
  if (!signal.aborted) await once(signal, 'abort');
  clearInterval(alive);
  say('stopping the servers');
  await stack.stop();
});
