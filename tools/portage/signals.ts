import { type Command } from 'commander';
import { exitCodes, PortageError, sleep } from '@portage/platform';
import { z } from 'zod';
import { type CommandContext, queryOf } from './command.js';
import { table } from './render.js';

const signalSchema = z.looseObject({
  signalId: z.string(),
  kind: z.string(),
  runId: z.string().nullable(),
  state: z.enum(['accepted', 'done', 'failed', 'stopped']),
  result: z.string().nullable(),
  requestedBy: z.string(),
  requestedAt: z.string(),
  finishedAt: z.string().nullable(),
});
type Signal = z.infer<typeof signalSchema>;
const signalsSchema = z.object({ signals: z.array(signalSchema) });

const help = `
A signal is about reading Constant Contact only; "portage pause" and "resume" hold a whole connection.
The answer is the acknowledgement: the work follows. --wait returns when it is done; "signal show ID"
reads back what came of it. A snapshot of some contacts says of no stream that it was read completely.
Exit codes: 0 done or accepted; 1 with --wait, when it failed or was stopped.`;

const plain = {
  stop: 'end the pass under way and those that wait; the schedule goes on',
  pause: 'read nothing until resumed; loading goes on',
  resume: 'go on where the reading was paused',
} as const;

interface Given {
  readonly connection: string;
  readonly wait: boolean;
  readonly json: boolean;
}

/** `portage signal ...`: what people ask of the reading, and what became of it. */
export function addSignals(program: Command, context: CommandContext): void {
  const group = program
    .command('signal')
    .description('start, stop, pause or resume the reading of a connection')
    .addHelpText('after', help);
  common(group.command('snapshot'))
    .description('read everybody again, or some, before engagement and sweeps')
    .option('--list <ids...>', 'only members of these lists')
    .option('--since <time>', 'only contacts that changed or opted out since (ISO 8601)')
    .option('--republish', 'publish what is unchanged too', false)
    .action((options: Given & { list?: string[]; since?: string; republish: boolean }) => {
      const { list: lists, since, republish } = options;
      return give(context, options, { kind: 'snapshot', lists, since: isoOf(since), republish });
    });
  common(group.command('sweep'))
    .description('a pass that reads everybody again, of a large account with calls that nothing else needs')
    .option('--republish', 'publish what is unchanged too', false)
    .action((options: Given & { republish: boolean }) =>
      give(context, options, { kind: 'sweep', republish: options.republish }),
    );
  for (const [kind, description] of Object.entries(plain))
    common(group.command(kind))
      .description(description)
      .action((options: Given) => give(context, options, { kind }));
  addLooks(group, context);
}

function addLooks(group: Command, { services, print }: CommandContext): void {
  group
    .command('list')
    .description('the signals of a connection, newest first')
    .requiredOption('--connection <id>', 'the connection')
    .option('--limit <n>', 'at most so many', '50')
    .option('--json', 'one JSON document on stdout', false)
    .action(async ({ connection, limit, json }: { connection: string; limit: string; json: boolean }) => {
      const path = `/connections/${encodeURIComponent(connection)}/signals${queryOf({ limit })}`;
      const answer = await services.get('poller', path, signalsSchema);
      if (json) print(answer);
      else process.stdout.write(`${listed(answer.signals)}\n`);
    });
  group
    .command('show <id>')
    .description('what became of a signal')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (id: string, { json }: { json: boolean }) => {
      const signal = await services.get('poller', `/signals/${encodeURIComponent(id)}`, signalSchema);
      if (json) print(signal);
      else process.stdout.write(`${sentenceOf(signal)}\n`);
    });
}

function common(command: Command): Command {
  return command
    .requiredOption('--connection <id>', 'the connection')
    .option('--wait', 'return when it is done', false)
    .option('--json', 'one JSON document on stdout, everything else on stderr', false)
    .addHelpText('after', help);
}

async function give(
  { services, print }: CommandContext,
  { connection, wait, json }: Given,
  body: object,
): Promise<void> {
  const path = `/connections/${encodeURIComponent(connection)}/signals`;
  let signal = await services.post('poller', path, body, signalSchema);
  while (wait && signal.state === 'accepted') {
    await sleep(500);
    signal = await services.get('poller', `/signals/${signal.signalId}`, signalSchema);
  }
  if (json) print(signal);
  else process.stdout.write(`${sentenceOf(signal)}\n`);
  if (signal.state === 'failed' || signal.state === 'stopped') process.exitCode = exitCodes.unaccounted;
}

function sentenceOf({ signalId, kind, state, result }: Signal): string {
  return `${kind} ${state} (${signalId})${result ? `: ${result}` : '.'}`;
}

function listed(signals: readonly Signal[]): string {
  if (signals.length === 0) return 'There was no signal yet.';
  const rows = signals.map(({ requestedAt, kind, state, requestedBy, result }) => [
    `${requestedAt.slice(0, 19)}Z`,
    kind,
    state,
    requestedBy,
    result ?? '-',
  ]);
  return table(['asked at', 'signal', 'state', 'by', 'result'], rows);
}

function isoOf(time: string | undefined): string | undefined {
  if (time === undefined) return undefined;
  const ms = Date.parse(time);
  if (Number.isNaN(ms))
    throw new PortageError({
      code: 'cli.usage',
      disposition: 'halt',
      message: '--since needs a time, such as 2026-11-20T10:00:00Z.',
    });
  return new Date(ms).toISOString();
}
