import { type Command } from 'commander';
import { exitCodes, isPortageError, PortageError } from '@portage/platform';
import { z } from 'zod';
import { type CommandContext, queryOf } from './command.js';
import { table } from './render.js';

const letterSchema = z.looseObject({
  id: z.string(),
  code: z.string(),
  words: z.string(),
  stream: z.string().nullable(),
  connectionId: z.string().nullable(),
  sourceId: z.string().nullable(),
  failedAt: z.string().nullable(),
  state: z.string(),
  reason: z.string().nullable(),
});
export type Letter = z.infer<typeof letterSchema>;
const pageSchema = z.object({ letters: z.array(letterSchema), cursor: z.string().nullable() });
const shownSchema = z.looseObject({ id: z.string() });
const redrivenSchema = z.object({ id: z.string(), state: z.string(), result: z.string() });
const droppedSchema = z.object({ id: z.string(), state: z.string(), reason: z.string() });

interface Filter {
  readonly reason?: string;
  readonly stream?: string;
  readonly connection?: string;
}

const limits = `
Limits: letters are kept for 90 days. A redrive never overtakes: where something newer is known
under the same key, nothing is done. A row that Constant Contact gave in a form that cannot be
used was never a record, so it cannot be sent again: correct it there. What is refused again
gets a new letter (people) or stays open (events). "show" prints personal data.`;

/** `portage dead-letters list|show|redrive|drop`. */
export function addDeadLetters(program: Command, context: CommandContext): void {
  const group = program
    .command('dead-letters')
    .description('what could not be published or loaded')
    .addHelpText('after', limits);
  filtered(group.command('list'))
    .description('list letters, oldest first')
    .option('--state <state>', 'open, redriven or dropped', 'open')
    .option('--all', 'whatever the state', false)
    .option('--limit <n>', 'at most so many', '100')
    .option('--cursor <cursor>', 'go on where the list before ended')
    .option('--json', 'one JSON document on stdout', false)
    .action((options: Filter & { state: string; all: boolean; limit: string; cursor?: string; json: boolean }) =>
      list(context, options),
    );
  group
    .command('show <id>')
    .description('one letter with its record, decoded and raw')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (id: string, { json }: { json: boolean }) => {
      const letter = await context.services.get('loader', pathOf(id), shownSchema);
      if (json) context.print(letter);
      else process.stdout.write(`${JSON.stringify(letter, null, 2)}\n`);
    });
  filtered(group.command('redrive [ids...]'))
    .description('send the records of letters through the loader once more')
    .option('--all', 'every open letter that the filter finds', false)
    .option('--json', 'one JSON document on stdout', false)
    .addHelpText('after', limits)
    .action((ids: string[], options: Filter & { all: boolean; json: boolean }) => redrive(context, ids, options));
  filtered(group.command('drop [ids...]'))
    .description('decide that nothing will be done about letters')
    .requiredOption('--because <words>', 'kept with the letter')
    .option('--all', 'every open letter that the filter finds', false)
    .option('--json', 'one JSON document on stdout', false)
    .action((ids: string[], options: Filter & { because: string; all: boolean; json: boolean }) =>
      drop(context, ids, options),
    );
}

function filtered(command: Command): Command {
  return command
    .option('--reason <code>', 'an error code, or its beginning up to a dot (klaviyo finds klaviyo.invalid)')
    .option('--stream <stream>', 'lists, contacts, suppressions or activities')
    .option('--connection <id>', 'only this connection');
}

async function list(
  { services, print }: CommandContext,
  { reason, stream, connection, state, all, limit, cursor, json }: Parameters<typeof pageQuery>[0] & { json: boolean },
): Promise<void> {
  const query = pageQuery({ reason, stream, connection, state, all, limit, cursor });
  const page = await services.get('loader', `/dead-letters${query}`, pageSchema);
  if (json) print(page);
  else process.stdout.write(renderLetters(page.letters, page.cursor));
}

function pageQuery(of: {
  readonly reason?: string | undefined;
  readonly stream?: string | undefined;
  readonly connection?: string | undefined;
  readonly state: string;
  readonly all: boolean;
  readonly limit: string;
  readonly cursor?: string | undefined;
}): string {
  const { reason, stream, connection, limit, cursor } = of;
  return queryOf({ reason, stream, connection, limit, cursor, state: of.all ? undefined : of.state });
}

export function renderLetters(letters: readonly Letter[], cursor: string | null): string {
  if (letters.length === 0) return 'There are no such dead letters.\n';
  const rows = letters.map(({ id, state, stream, sourceId, code, failedAt }) => [
    id,
    state,
    stream ?? '-',
    (failedAt ?? '-').slice(0, 16),
    `${code} ${sourceId ?? ''}`.slice(0, 26),
  ]);
  const more = cursor === null ? '' : `\nThere are more: --cursor ${cursor}\n`;
  return `${table(['id', 'state', 'stream', 'at', 'code, source id'], rows)}\n${more}`;
}

interface Done {
  readonly id: string;
  readonly result: string;
}

async function redrive(
  context: CommandContext,
  ids: readonly string[],
  options: Filter & { readonly all: boolean; readonly json: boolean },
): Promise<void> {
  await each(context, await wanted(context, ids, options), options.json, async (id) => {
    const { result } = await context.services.post('loader', `${pathOf(id)}/redrive`, {}, redrivenSchema);
    return result;
  });
}

async function drop(
  context: CommandContext,
  ids: readonly string[],
  options: Filter & { readonly because: string; readonly all: boolean; readonly json: boolean },
): Promise<void> {
  await each(context, await wanted(context, ids, options), options.json, async (id) => {
    const { state } = await context.services.post(
      'loader',
      `${pathOf(id)}/drop`,
      { reason: options.because },
      droppedSchema,
    );
    return state;
  });
}

/** Goes on after a refusal: the others may well succeed. */
async function each(
  { say, print }: CommandContext,
  ids: readonly string[],
  json: boolean,
  act: (id: string) => Promise<string>,
): Promise<void> {
  const done: Done[] = [];
  const refused: { id: string; reason: string }[] = [];
  for (const id of ids) {
    try {
      done.push({ id, result: await act(id) });
    } catch (error) {
      if (!isPortageError(error) || error.code !== 'cli.refused') throw error;
      refused.push({ id, reason: error.message });
      say(`${id}: ${error.message}`);
    }
  }
  if (json) print({ done, refused });
  else process.stdout.write(`${done.map(({ id, result }) => `${id}: ${result}\n`).join('')}`);
  if (refused.length > 0) process.exitCode = exitCodes.unaccounted;
}

async function wanted(
  { services }: CommandContext,
  ids: readonly string[],
  { reason, stream, connection, all }: Filter & { readonly all: boolean },
): Promise<string[]> {
  if (ids.length > 0) return [...ids];
  if (!all) throw usage();
  const found: string[] = [];
  for (let cursor: string | undefined; ;) {
    const query = queryOf({ reason, stream, connection, state: 'open', limit: 1000, cursor });
    const page = await services.get('loader', `/dead-letters${query}`, pageSchema);
    found.push(...page.letters.map(({ id }) => id));
    if (page.cursor === null) return found;
    cursor = page.cursor;
  }
}

function usage(): PortageError {
  return new PortageError({
    code: 'cli.usage',
    disposition: 'halt',
    message: 'Name the letters by their ids, or say --all with a filter.',
  });
}

function pathOf(id: string): string {
  return `/dead-letters/${encodeURIComponent(id)}`;
}
