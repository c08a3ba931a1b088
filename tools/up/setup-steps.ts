import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PortageError } from '@portage/platform';

const steps = [
  { program: 'db-migrate', what: 'The database migration' },
  { program: 'topics-apply', what: 'Creating the topics' },
  { program: 'schemas-register', what: 'Registering the schemas' },
] as const;

const tools = join(import.meta.dirname, '..');

/**
 * Database, topics and schemas, all at once: they do not meet. Programs of their own, as an operator would run them.
 *
 * @throws PortageError `up.step` or `config.step`, with the program's own last sentence
 */
export async function runSetupSteps(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const results = await Promise.allSettled(steps.map((step) => run(step, env, signal)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function run(
  { program, what }: (typeof steps)[number],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, ['--enable-source-maps', join(tools, `${program}.js`)], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-2000);
  });
  const kill = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', kill);
  const [code] = (await once(child, 'close')) as [number | null];
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  if (code === 0) return;
  throw new PortageError({
    code: code === 2 ? 'config.step' : 'up.step',
    disposition: 'halt',
    message: `${what} failed: ${sentencesOf(words) || `${program} ended with code ${code}`}`,
  });
}

/** Several topics may have something to say. */
function sentencesOf(output: string): string {
  return output.replace(/\s+/g, ' ').trim();
}
