import { readFile } from 'node:fs/promises';
import { type Command } from 'commander';
import { exitCodes, sleep } from '@portage/platform';
import { type CommandContext, queryOf } from './command.js';
import { createdSchema, type Replay, replaySchema, replaysSchema, stateSchema } from './replay-answers.js';
import { boundOf, peopleOf, portionsOf, rateOf, streamsOf, wordsOf } from './replay-input.js';
import { progressLine, renderReplay, renderReplays } from './replay-view.js';
import { usage } from './usage.js';

interface CreateOptions {
  readonly connection: string;
  readonly streams: string[];
  readonly from?: string;
  readonly to?: string;
  readonly people?: string;
  readonly lists?: string[];
  readonly target?: string;
  readonly mode: string;
  readonly rate?: string;
  readonly dryRun?: string;
  readonly yes: boolean;
  readonly json: boolean;
}

const limits = `
What is replayed are the records that Kafka retains, up to where the topics end at the start.

Limits:
- Lists, contacts and suppressions are compacted: of each only the newest state is there. A range of
  times or offsets selects those whose newest record lies in it; earlier states cannot be replayed.
- Suppressions are replayed whole and first, whatever the filter, and are seen in effect before
  anybody else is touched. --people and --lists narrow contacts and activities; --lists lists, too.
- Nobody is subscribed whose present source record does not say so. A write needs a complete pass
  of the source that is younger than 24 hours; otherwise opt-outs, profiles and lists are loaded,
  and nobody is subscribed: skipped(stale_source). What belongs to a pass that was not over when
  the replay began is skipped(pass_incomplete).
- Into the same account nothing is sent for what is unchanged; what somebody changed by hand in
  Klaviyo is left alone (portage verify finds and repairs). Activities that were delivered stay so.
- Activities reach only people whom the target knows: replay contacts before them or with them.
- A write needs --dry-run ID of the same selection, done within a day, or --yes. A dry run writes
  nothing and reads nothing of Klaviyo: it takes Klaviyo to hold what Portage has written there.
- --people FILE: one contact id or e-mail address a line, at most 100,000; addresses are kept as ids.`;

/** `portage replay create|start|pause|cancel|show|list`. */
export function addReplay(program: Command, context: CommandContext): void {
  const group = program
    .command('replay')
    .description('load retained records once more, into the same account or another one')
    .addHelpText('after', limits);
  group
    .command('create')
    .description('prepare a replay; it does nothing until it is started')
    .requiredOption('--connection <id>', 'whose records')
    .requiredOption('--streams <streams...>', 'lists, contacts, suppressions, activities, or all')
    .option('--from <bound>', 'a time, an offset, or PARTITION:OFFSET,...: the first record that counts')
    .option('--to <bound>', 'the first record that counts no more')
    .option('--people <file>', 'only these contacts')
    .option('--lists <ids...>', 'only these lists, and whoever is on one of them')
    .option('--target <connection>', 'into this connection’s Klaviyo account; its source need not be authorised')
    .requiredOption('--mode <mode>', 'dry or write')
    .option('--rate <share>', 'of the limits of the target (default: 0.5)')
    .option('--dry-run <id>', 'the dry run that a write rests on')
    .option('--yes', 'write without a dry run', false)
    .option('--json', 'one JSON document on stdout', false)
    .addHelpText('after', limits)
    .action((options: CreateOptions) => create(context, options));
  group
    .command('start <id>')
    .description('start a replay, or let a paused one go on')
    .option('--wait', 'return when it is over, with its report', false)
    .option('--json', 'one JSON document on stdout, everything else on stderr', false)
    .addHelpText('after', limits)
    .action((id: string, options: { wait: boolean; json: boolean }) => start(context, id, options));
  for (const command of ['pause', 'cancel'] as const) {
    group
      .command(`${command} <id>`)
      .description(command === 'pause' ? 'take in nothing more for now' : 'end a replay for good')
      .option('--json', 'one JSON document on stdout', false)
      .addHelpText('after', '\nWhat was taken in is carried to its end: nobody is left halfway.')
      .action(async (id: string, { json }: { json: boolean }) => {
        const changed = await context.services.post('loader', `${pathOf(id)}/${command}`, undefined, stateSchema);
        if (json) context.print(changed);
        else process.stdout.write(`Replay ${id} is ${changed.state}.\n`);
      });
  }
  group
    .command('show <id>')
    .description('the report of a replay, or how far it is')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (id: string, { json }: { json: boolean }) => {
      show(context, await context.services.get('loader', pathOf(id), replaySchema), json);
    });
  group
    .command('list')
    .description('the last replays')
    .option('--connection <id>', 'only of this connection')
    .option('--json', 'one JSON document on stdout', false)
    .action(async ({ connection, json }: { connection?: string; json: boolean }) => {
      const found = await context.services.get('loader', `/replays${queryOf({ connection })}`, replaysSchema);
      if (json) context.print(found.replays);
      else process.stdout.write(renderReplays(found.replays));
    });
}

async function create({ services, say, print }: CommandContext, options: CreateOptions): Promise<void> {
  const { connection, target, mode, dryRun, yes, json, people, lists } = options;
  if (mode !== 'dry' && mode !== 'write') throw usage('--mode is dry or write.');
  const rate = rateOf(options.rate);
  const [first, ...more] = people === undefined ? [] : portionsOf(peopleOf(await readPeople(people)));
  const body = {
    connectionId: connection,
    streams: streamsOf(options.streams),
    from: boundOf('--from', options.from),
    to: boundOf('--to', options.to),
    people: first ?? null,
    peopleFollow: more.length > 0,
    lists: lists === undefined ? null : wordsOf(lists),
    targetConnectionId: target ?? null,
    mode,
    ...(rate === undefined ? {} : { rate }),
    dryRunId: dryRun ?? null,
    yes,
  };
  const created = await services.post('loader', '/replays', body, createdSchema);
  const { id } = created;
  let unknown = created.unknownPeople;
  for (const portion of more) {
    const added = await services.post('loader', `${pathOf(id)}/people`, { people: portion }, createdSchema);
    unknown += added.unknownPeople;
  }
  if (unknown > 0) say(`${unknown} addresses of the file are no contact of this connection.`);
  if (json) print({ id });
  else process.stdout.write(`Replay ${id} is prepared: portage replay start ${id}\n`);
}

async function readPeople(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw usage(`The file of --people cannot be read: ${file}`);
  });
}

async function start(
  context: CommandContext,
  id: string,
  { wait, json }: { readonly wait: boolean; readonly json: boolean },
): Promise<void> {
  const started = await context.services.post('loader', `${pathOf(id)}/start`, undefined, stateSchema);
  if (wait) return show(context, await over(context, id), json);
  if (json) context.print(started);
  else process.stdout.write(`Replay ${id} is ${started.state}.\n`);
}

/** Waits until nothing more happens by itself; a pause ends the wait, too. */
async function over({ services, say }: CommandContext, id: string): Promise<Replay> {
  let said = '';
  for (;;) {
    const replay = await services.get('loader', pathOf(id), replaySchema);
    if (replay.state !== 'running') return replay;
    const line = progressLine(replay);
    if (line !== said) say(line);
    said = line;
    await sleep(LOOK_MS);
  }
}

const LOOK_MS = 1000;

function show({ print }: CommandContext, replay: Replay, json: boolean): void {
  if (json) print(replay);
  else process.stdout.write(renderReplay(replay));
  const over = replay.state === 'done' || replay.state === 'failed' || replay.state === 'cancelled';
  const good = replay.state === 'done' ? replay.accounted : !over;
  process.exitCode = good ? exitCodes.ok : exitCodes.unaccounted;
}

function pathOf(id: string): string {
  return `/replays/${encodeURIComponent(id)}`;
}
