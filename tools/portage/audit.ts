import { type Command } from 'commander';
import { z } from 'zod';
import { type CommandContext, queryOf } from './command.js';
import { table } from './render.js';

const entry = z.object({
  id: z.number(),
  at: z.string(),
  actor: z.string(),
  address: z.string().nullable(),
  action: z.string(),
  connectionId: z.string().nullable(),
  outcome: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export const auditSchema = z.object({ entries: z.array(entry), next: z.number().nullable() });

/** `portage audit`: who did what, when, from where, and what came of it. */
export function addAudit(program: Command, { services, print }: CommandContext): void {
  program
    .command('audit')
    .description('show who connected, changed or ended what, newest first')
    .option('--connection <id>', 'only this connection')
    .option('--limit <n>', 'at most so many entries, up to 500', '100')
    .option('--before <n>', 'only entries older than this one')
    .option('--json', 'one JSON document on stdout, everything else on stderr', false)
    .action(async (options: { connection?: string; limit: string; before?: string; json: boolean }) => {
      const { connection, limit, before } = options;
      const page = await services.get('auth', `/audit${queryOf({ connection, limit, before })}`, auditSchema);
      if (options.json) print(page);
      else process.stdout.write(renderAudit(page));
    });
}

export function renderAudit({ entries, next }: z.output<typeof auditSchema>): string {
  if (entries.length === 0) return 'Nothing was done yet.\n';
  const rows = entries.map(({ at, actor, address, action, connectionId, outcome }) => [
    at.replace('T', ' ').slice(0, 19),
    actor,
    address ?? '-',
    action,
    outcome,
    connectionId ?? '-',
  ]);
  const more = next === null ? '' : `\nOlder ones: --before ${next}\n`;
  return `${table(['when (UTC)', 'who', 'from', 'what', 'outcome', 'connection'], rows)}\n${more}`;
}
