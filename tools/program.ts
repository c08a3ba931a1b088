import { exitCodes, isAbort, isPortageError } from '@portage/platform';

/** Signals that follow within this time are the same wish: a terminal and npm both hand on a Ctrl-C. */
const sameWishMs = 1500;

/**
 * Runs a command line program: `main` gets a signal that aborts on SIGINT or SIGTERM, and answers the exit code.
 * Errors become one sentence on stderr; a second wish to stop ends the program at once.
 */
export async function program(main: (signal: AbortSignal) => Promise<number | void>): Promise<void> {
  const abort = new AbortController();
  let firstAt: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (firstAt !== undefined && Date.now() - firstAt > sameWishMs) process.exit(name === 'SIGINT' ? 130 : 143);
      firstAt ??= Date.now();
      abort.abort();
    });
  }
  try {
    process.exitCode = (await main(abort.signal)) ?? exitCodes.ok;
  } catch (error) {
    if (isAbort(error) && abort.signal.aborted) process.exitCode = 130;
    else {
      process.stderr.write(`${sentenceOf(error)}\n`);
      process.exitCode = exitCodeOf(error);
    }
  }
  process.exit();
}

/** By the error's code: `config.` is for whoever set it, servers and ports are for whoever runs the machine. */
export function exitCodeOf(error: unknown): number {
  if (!isPortageError(error)) return isUsageError(error) ? exitCodes.usage : exitCodes.unaccounted;
  if (error.code.startsWith('config.')) return exitCodes.usage;
  return /^(stack|up)\.|\.(unreachable|unauthorised)$/.test(error.code) ? exitCodes.unreachable : exitCodes.unaccounted;
}

function sentenceOf(error: unknown): string {
  if (isPortageError(error) || isUsageError(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** node:util's parseArgs refuses unknown options and missing values with such codes. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
}
