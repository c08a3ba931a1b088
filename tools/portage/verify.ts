import { writeFile } from 'node:fs/promises';
import { type Command } from 'commander';
import { exitCodes, PortageError, sleep } from '@portage/platform';
import { z } from 'zod';
import { type CommandContext } from './command.js';
import { type FinishedVerification, type Verification, verificationSchema } from './verification.js';
import { renderCsv, renderPage, renderText } from './verify-render.js';
import { whichConnection, withConnection } from './which-connection.js';

interface Options {
  readonly connection?: string;
  readonly repair?: true | string[];
  readonly sample?: string;
  readonly people: boolean;
  readonly json: boolean;
  readonly csv?: string;
  readonly html?: string;
}

const limits = `
Exit code 1 when anything differs; notes (somebody opted out at Klaviyo, a conflict of consent)
do not count. What is still on its way counts (outcome_open, person_waiting): let a pass settle first.

Repairs: opt_outs, records, jobs, lists, profiles, fields, memberships, extra_memberships,
subscriptions, outcomes; all of them when none is named, opt-outs first. A repair forgets what
the ledger took for written and hands the people to the loader, which decides anew under its own
rules: nothing is lifted, and nobody is subscribed of whom Klaviyo knows an opt-out. An opt-out of
the source is set again even where somebody subscribed at Klaviyo since. Events cannot be
repaired here, nor lists that the owner named. Run it again afterwards to see that all is equal.

Limits: one request to Klaviyo for every hundred people, one and more for every list; up to 1,000
examples of a class are listed, all are counted. With --sample, the people are a random choice, all
else is complete.`;

/** `portage verify`. */
export function addVerify(program: Command, context: CommandContext): void {
  withConnection(program.command('verify'), 'the connection to verify')
    .description('compare source, topics, ledger and Klaviyo, and list every difference')
    .option('--repair [repairs...]', 'repair what can be repaired safely, or only the kinds named')
    .option('--sample <n>', 'compare only so many people with Klaviyo, picked at random')
    .option('--people', 'show e-mail addresses beside contact ids', false)
    .option('--json', 'one JSON document on stdout, everything else on stderr', false)
    .option('--csv <file>', 'write the differences as CSV')
    .option('--html <file>', 'write the report as a page')
    .addHelpText('after', limits)
    .action((options: Options) => verify(context, options));
}

async function verify({ services, say, print }: CommandContext, options: Options): Promise<void> {
  const connection = await whichConnection(services, options.connection);
  const path = `/connections/${encodeURIComponent(connection)}/verifications`;
  const body = { repair: options.repair ?? false, sample: sampleOf(options.sample) };
  const { id } = await services.post('loader', path, body, z.object({ id: z.string() }));
  say(`verification ${id}: reading everything there is to compare ...`);
  const suffix = options.people ? '?people=true' : '';
  const verification = await finished(() =>
    services.get('loader', `/verifications/${id}${suffix}`, verificationSchema),
  );
  if (options.csv) await writeFile(options.csv, renderCsv(verification));
  if (options.html) await writeFile(options.html, renderPage(verification));
  if (options.json) print(verification);
  else process.stdout.write(renderText(verification));
  process.exitCode = verification.report.equal ? exitCodes.ok : exitCodes.unaccounted;
}

async function finished(ask: () => Promise<Verification>): Promise<FinishedVerification> {
  for (;;) {
    const verification = await ask();
    if (verification.state === 'failed') throw failed(verification);
    if (verification.report !== null) return { ...verification, report: verification.report };
    await sleep(1000);
  }
}

function sampleOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new PortageError({ code: 'cli.usage', disposition: 'halt', message: '--sample takes a number of people.' });
  }
  return Number(text);
}

function failed({ id, reason }: Verification): PortageError {
  return new PortageError({
    code: 'cli.run_failed',
    disposition: 'halt',
    message: `Verification ${id} failed: ${reason ?? 'for reasons unknown.'}`,
  });
}
