import { type Command } from 'commander';
import { connectionSchema, connectionsSchema, progressSchema, statusSchema } from './answers.js';
import { type CommandContext } from './command.js';
import { groupLagsSchema } from './lag-answers.js';
import { type Services } from './services.js';
import { renderStatus, type Status } from './status-view.js';
import { paintFor } from './terminal.js';
import { watch } from './watch.js';

const help = `
published and settled count since the connection began; lag, behind and verdict are those of the
loaders' groups, over all connections ("portage lag" has the partitions); age is that of the last
complete reading. --json is described in docs/cli.md; with --watch it is one line each time.`;

interface StatusOptions {
  readonly connection?: string;
  readonly watch: boolean;
  readonly json: boolean;
}

/** `portage status`. */
export function addStatus(program: Command, { services }: CommandContext): void {
  program
    .command('status')
    .description('show where every connection stands: streams, counts, lag, quota, what comes next')
    .option('--connection <id>', 'only this connection')
    .option('--watch', 'show it again every two seconds', false)
    .option('--json', 'one JSON document on stdout, everything else on stderr', false)
    .addHelpText('after', help)
    .action(async (options: StatusOptions) => {
      const paint = paintFor(process.stdout, process.env);
      const show = async (): Promise<string> => {
        const status = await readStatus(services, options.connection);
        return options.json ? `${JSON.stringify(status)}\n` : renderStatus(status, { now: Date.now(), paint });
      };
      if (options.watch) await watch(process.stdout, show, { inPlace: !options.json });
      else process.stdout.write(await show());
    });
}

/** Where every connection (or one of them) stands, from both sides of Kafka. */
async function readStatus(services: Services, only: string | undefined): Promise<Status> {
  const wanted =
    only === undefined
      ? (await services.get('auth', '/connections', connectionsSchema)).connections
      : [await services.get('auth', `/connections/${encodeURIComponent(only)}`, connectionSchema)];
  const connections = await Promise.all(
    wanted.map(async ({ id, name, status }) => ({
      id,
      name,
      status,
      source: await services.get('poller', `/connections/${id}/status`, statusSchema),
      target: await services.get('loader', `/connections/${id}/progress`, progressSchema),
    })),
  );
  return { connections, lag: await services.get('poller', '/lag/groups', groupLagsSchema) };
}
