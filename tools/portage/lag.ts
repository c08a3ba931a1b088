import { type Command } from 'commander';
import { exitCodes } from '@portage/platform';
import { type CommandContext } from './command.js';
import { groupLagsSchema, type PartitionLag, partitionLagsSchema } from './lag-answers.js';
import { isBad, renderLag } from './lag-view.js';
import { paintFor } from './terminal.js';
import { watch } from './watch.js';

const help = `
behind: the age of the oldest record that a group has not read; 0 when there is none.
verdict, from the last measurements (LAG_WINDOW of them, LAG_PERIOD_SECONDS apart):
  ok       keeps up, works a lag off, or says that what comes next waits for good reason
  warn     moves, and falls behind
  stalled  has members and something to read, and does not move
  stopped  has something to read, and no members
  rewound  was put back, or its topic was created anew
  -        not enough measured yet; so for a while after the measuring poller changed
A loader says so for up to an hour: before a connection's mark, or until Klaviyo has done something.
A replay may go back without being called rewound.

--json: [{group, topic, partition, current, end, lag, seconds, verdict}]; current is null where
nothing was committed, verdict is null where it is "-". With --watch one such line each time.
Exit codes: 0, whatever the verdicts; with --check 1 when one is stalled, stopped or rewound.`;

interface LagOptions {
  readonly watch: boolean;
  readonly all: boolean;
  readonly check: boolean;
  readonly json: boolean;
}

/** `portage lag`. */
export function addLag(program: Command, context: CommandContext): void {
  program
    .command('lag')
    .description('show how far every consumer group is')
    .option('--watch', 'show it again every two seconds', false)
    .option('--all', 'also partitions in which nothing is to be read', false)
    .option('--check', 'exit with 1 when a verdict is stalled, stopped or rewound', false)
    .option('--json', 'one JSON document on stdout, everything else on stderr', false)
    .addHelpText('after', help)
    .action(async (options: LagOptions) => {
      if (options.watch) {
        const show = async () => (await read(context, options)).text;
        await watch(process.stdout, show, { inPlace: !options.json });
        return;
      }
      const { text, partitions } = await read(context, options);
      process.stdout.write(text);
      if (options.check && partitions.some(({ verdict }) => isBad(verdict))) process.exitCode = exitCodes.unaccounted;
    });
}

interface Reading {
  readonly text: string;
  /** What the text shows, so that an exit code never contradicts it. */
  readonly partitions: readonly PartitionLag[];
}

async function read({ services }: CommandContext, { all, json }: LagOptions): Promise<Reading> {
  const partitions = await services.get('poller', '/lag', partitionLagsSchema);
  if (json) return { partitions, text: `${JSON.stringify(partitions)}\n` };
  const groups = await services.get('poller', '/lag/groups', groupLagsSchema);
  const paint = paintFor(process.stdout, process.env);
  return { partitions, text: renderLag(groups, partitions, { all, now: Date.now(), paint }) };
}
