import { parseArgs } from 'node:util';
import { PortageError } from '@portage/platform';
import { type ReplicaCounts } from './replicas.js';

export const usage = `Runs the local stack and the three services until Ctrl-C. Prints "ready" and their addresses as JSON
when all are ready, and keeps the same JSON current in $PORTAGE_HOME/up.json.

  --auths N     processes of auth (1)
  --pollers N   processes of poller (1)
  --loaders N   processes of loader (1)

The first process of a service has AUTH_PORT, POLLER_PORT or LOADER_PORT, further ones a picked port.
METRICS_PORT, if set, is the first process's; the others count up from it.
`;

/** @throws PortageError `config.arguments`, or parseArgs' own error for an unknown option */
export function parseUpArguments(args: readonly string[]): ReplicaCounts | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      auths: { type: 'string', default: '1' },
      pollers: { type: 'string', default: '1' },
      loaders: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    auth: count('--auths', values.auths, 1),
    poller: count('--pollers', values.pollers, 0),
    loader: count('--loaders', values.loaders, 0),
  };
}

function count(option: string, value: string, least: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= 50) return number;
  throw new PortageError({
    code: 'config.arguments',
    disposition: 'halt',
    message: `${option} takes a number from ${least} to 50.`,
  });
}
