import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { PortageError } from '@portage/platform';

/** Asks on the terminal. @throws PortageError `cli.usage` where there is none, naming the option that answers it too */
export async function askFor(what: string, option: string): Promise<string> {
  requireTerminal(what, option);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${what}: `)).trim();
  } finally {
    terminal.close();
  }
}

/** Asks for what nobody may read over a shoulder or find in the history of a shell: nothing that is typed is shown. */
export async function askSecretly(what: string, variable: string): Promise<string> {
  requireTerminal(what, variable);
  process.stderr.write(`${what} (not shown): `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return (await terminal.question('')).trim();
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

function requireTerminal(what: string, instead: string): void {
  if (process.stdin.isTTY) return;
  throw new PortageError({
    code: 'cli.usage',
    disposition: 'halt',
    message: `${what} is missing, and there is no terminal to ask on: give ${instead}.`,
  });
}
