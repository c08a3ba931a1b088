import { type Command } from 'commander';
import { z } from 'zod';
import { type CommandContext } from './command.js';
import { table } from './render.js';

const connection = z.object({ id: z.string(), name: z.string(), status: z.string(), reason: z.string().nullable() });
const connections = z.object({ connections: z.array(connection) });

const changes = {
  pause: 'hand out no tokens for a connection until it is resumed',
  resume: 'go on with a paused connection',
  disconnect: 'end a connection: every credential is destroyed',
} as const;

/** `portage connections`, and what changes one of them. */
export function addConnections(program: Command, { services, print }: CommandContext): void {
  program
    .command('connections')
    .description('list the connections')
    .option('--json', 'one JSON document on stdout, everything else on stderr', false)
    .action(async (options: { json: boolean }) => {
      const answer = await services.get('auth', '/connections', connections);
      if (options.json) return print(answer);
      const rows = answer.connections.map(({ id, name, status, reason }) => [
        id,
        status.replaceAll('_', ' '),
        reason ?? '-',
        name,
      ]);
      const listed =
        rows.length === 0 ? 'There is no connection yet.' : table(['id', 'status', 'reason', 'name'], rows);
      process.stdout.write(`${listed}\n`);
    });
  for (const [change, description] of Object.entries(changes)) {
    program
      .command(change)
      .description(description)
      .requiredOption('--connection <id>', 'the connection')
      .option('--json', 'one JSON document on stdout, everything else on stderr', false)
      .action(async (options: { connection: string; json: boolean }) => {
        const path = `/connections/${encodeURIComponent(options.connection)}/${change}`;
        const changed = await services.post('auth', path, undefined, connection);
        if (options.json) print(changed);
        else process.stdout.write(`${changed.name} is ${changed.status.replaceAll('_', ' ')} now.\n`);
      });
  }
}
