import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from './launch.mjs';

/** Runs Jest and closes with one line that counts; answers the exit code. */
export async function runTests(root, node, { long, args }) {
  const folder = mkdtempSync(join(tmpdir(), 'portage-test-'));
  const output = join(folder, 'results.json');
  try {
    const { seed, rest } = takeSeed(args);
    const env = {
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --no-warnings`.trim(),
      ...(long ? { PORTAGE_TEST_LONG: '1' } : {}),
      ...(seed === undefined ? {} : { PORTAGE_TEST_SEED: seed }),
    };
    const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
    // More than there are cores: tests with servers mostly wait for effects that take their time.
    const workers = rest.some((arg) => arg.startsWith('--maxWorkers') || arg === '-i') ? [] : ['--maxWorkers=4'];
    const code = await launch(root, node, [jest, '--json', `--outputFile=${output}`, ...workers, ...rest], env);
    process.stdout.write(`${closingLine(read(output))}\n`);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `N passed, N failed`, then `, N skipped` if any. A file that could not even be loaded counts as one failure. */
export function closingLine(results) {
  if (!results) return '0 passed, 1 failed';
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const skipped = results.numPendingTests + results.numTodoTests;
  return `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

export function takeSeed(args) {
  const at = args.findIndex((arg) => arg === '--seed' || arg.startsWith('--seed='));
  if (at < 0) return { seed: undefined, rest: args };
  const inline = args[at].startsWith('--seed=');
  const seed = inline ? args[at].slice('--seed='.length) : args[at + 1];
  return { seed, rest: args.filter((_, index) => index !== at && (inline || index !== at + 1)) };
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
