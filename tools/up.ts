import { once } from 'node:events';
import { exitCodeOf, program } from './program.js';
import { homeOf } from './stack/home.js';
import { parseUpArguments, usage } from './up/arguments.js';
import { up } from './up/up.js';

const say = (words: string): void => void process.stderr.write(`portage: ${words}\n`);

await program(async (signal) => {
  const wanted = parseUpArguments(process.argv.slice(2));
  if (wanted === 'help') {
    process.stdout.write(usage);
    return;
  }
  const running = await up({ home: homeOf(process.env), env: process.env, replicas: wanted, say, signal });
  process.stdout.write(`ready ${JSON.stringify(running.state)}\n`);
  const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort').then(() => undefined);
  const reason = await Promise.race([stopped, running.gaveUp]);
  if (reason) say(reason.message);
  say('stopping');
  await running.stop();
  return reason && exitCodeOf(reason);
});
