import { type Command } from 'commander';
import { z } from 'zod';
import { type Services } from './services.js';
import { usage } from './usage.js';

const connections = z.object({
  connections: z.array(z.object({ id: z.string(), name: z.string(), status: z.string() })),
});

/** Whoever has one connection need not name it. */
export function withConnection(command: Command, what = 'the connection'): Command {
  return command.option('--connection <id>', `${what}; may be left out while there is only one`);
}

/**
 * The connection that was named, or else the only one that was not disconnected.
 *
 * @throws PortageError `cli.usage` where there is none, or a choice
 */
export async function whichConnection(services: Services, named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const all = (await services.get('auth', '/connections', connections)).connections;
  const live = all.filter(({ status }) => status !== 'disconnected');
  const [only] = live;
  if (only === undefined) throw usage('There is no connection yet: make one with "portage connect".');
  if (live.length === 1) return only.id;
  const choice = live.map(({ id, name }) => `  --connection ${id}  (${name})`).join('\n');
  throw usage(`There are several connections; say which one is meant:\n${choice}`);
}
