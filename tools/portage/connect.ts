import { type Command } from 'commander';
import { z } from 'zod';
import { exitCodes, PortageError, sleep } from '@portage/platform';
import { askFor, askSecretly } from './asking.js';
import { auditSchema } from './audit.js';
import { type CommandContext } from './command.js';

interface ConnectOptions {
  readonly connection?: string;
  readonly force: boolean;
  readonly provider?: string;
  readonly name?: string;
  readonly clientId?: string;
  readonly klaviyoOauth: boolean;
  readonly wait: boolean;
  readonly minutes: string;
  readonly json: boolean;
}

const created = z.object({ id: z.string(), authorizeUrl: z.string() });
const link = z.object({ authorizeUrl: z.string() });
const shown = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  constantContact: z.object({ organization: z.string().nullable() }),
  klaviyo: z.object({ organization: z.string().nullable() }),
});
type Shown = z.output<typeof shown>;

const lookEveryMs = 2000;
/** A link lives ten minutes; whoever still waits gets a new one before it ends. */
const linkMs = 9 * 60_000;

/** `portage connect`: walks an owner from nothing, or from a connection that has to be made again, to a connection that works. */
export function addConnect(program: Command, context: CommandContext, env: NodeJS.ProcessEnv): void {
  program
    .command('connect')
    .description('connect a Constant Contact account with Klaviyo, or connect it again')
    .option('--connection <id>', 'connect this one again instead of making a new one')
    .option(
      '--force',
      'with --connection: another Constant Contact account may take the place of the former one',
      false,
    )
    .option(
      '--provider <name>',
      'with --connection: constant-contact or klaviyo, whichever lacks a consent unless said',
    )
    .option('--name <name>', 'what the new connection is called')
    .option('--client-id <key>', 'API key of the application at Constant Contact')
    .option('--klaviyo-oauth', 'allow the access at Klaviyo instead of giving a private key', false)
    .option('--no-wait', 'print the link and return at once')
    .option('--minutes <n>', 'how long to wait for the owner', '30')
    .option('--json', 'one JSON document on stdout, everything else on stderr', false)
    .addHelpText(
      'after',
      '\nWhat is missing is asked for. Secrets are never arguments: they are typed unseen, or taken from\n' +
        'CONSTANT_CONTACT_CLIENT_SECRET and KLAVIYO_PRIVATE_KEY.',
    )
    .action(async (options: ConnectOptions) => {
      const { services, say, print } = context;
      const { id, authorizeUrl } = options.connection
        ? await reconnect(context, options.connection, options)
        : await create(context, options, env);
      const since = options.connection ? await latestEntry(context, id) : 0;
      tell(authorizeUrl, say);
      if (!options.json) process.stdout.write(`${authorizeUrl}\n`);
      if (!options.wait) {
        if (options.json) print({ connectionId: id, authorizeUrl });
        return;
      }
      const connection = await awaitConsent(context, id, { since, minutes: Number(options.minutes), options });
      const isConnected = connection?.status === 'active';
      const last = connection ?? (await services.get('auth', `/connections/${id}`, shown));
      if (options.json) print({ connectionId: id, status: last.status, reason: last.reason });
      else
        process.stdout.write(
          isConnected ? `${sentenceOf(last)}\n` : 'Not connected yet: run this again for a fresh link.\n',
        );
      process.exitCode = isConnected ? exitCodes.ok : exitCodes.unaccounted;
    });
}

async function create(
  { services, say }: CommandContext,
  options: ConnectOptions,
  env: NodeJS.ProcessEnv,
): Promise<{ id: string; authorizeUrl: string }> {
  say(
    '1. Create an application in the developer portal of Constant Contact: authorization code flow, with refresh tokens.',
  );
  say('2. Give me its API key and secret.');
  const name = options.name ?? (await askFor('Name of this connection', '--name'));
  const clientId = options.clientId ?? (await askFor('API key (client id)', '--client-id'));
  const clientSecret =
    env['CONSTANT_CONTACT_CLIENT_SECRET'] ?? (await askSecretly('Client secret', 'CONSTANT_CONTACT_CLIENT_SECRET'));
  const klaviyo = options.klaviyoOauth
    ? { oauth: true }
    : {
        privateKey: env['KLAVIYO_PRIVATE_KEY'] ?? (await askSecretly('Klaviyo private API key', 'KLAVIYO_PRIVATE_KEY')),
      };
  return services.post('auth', '/connections', { name, constantContact: { clientId, clientSecret }, klaviyo }, created);
}

async function reconnect(
  { services }: CommandContext,
  id: string,
  { force, provider }: Pick<ConnectOptions, 'force' | 'provider'>,
): Promise<{ id: string; authorizeUrl: string }> {
  const path = `/connections/${encodeURIComponent(id)}/reconnect`;
  const wish = { force, ...(provider === undefined ? {} : { provider }) };
  return { id, ...(await services.post('auth', path, wish, link)) };
}

function tell(authorizeUrl: string, say: (line: string) => void): void {
  say('3. The application must have this redirect URI, to the letter; a change takes about ten minutes:');
  say(`   ${redirectUriOf(authorizeUrl)}`);
  say('4. Open this link in a browser and allow the access; it lives ten minutes:');
}

/** Link and redirect URI are below the same public address. */
export function redirectUriOf(authorizeUrl: string): string {
  return authorizeUrl.replace(/\/connections\/[^/]+\/authorize.*$/, '/oauth/callback/constant-contact');
}

/** The connection once its owner has consented to everything; undefined when the time is over. */
async function awaitConsent(
  context: CommandContext,
  id: string,
  { since, minutes, options }: { since: number; minutes: number; options: ConnectOptions },
): Promise<Shown | undefined> {
  const { services, say } = context;
  if (!(minutes > 0)) throw usage('--minutes takes a number above zero.');
  const until = Date.now() + minutes * 60_000;
  let seen = since;
  let linkUntil = Date.now() + linkMs;
  say('waiting for the owner ...');
  while (Date.now() < until) {
    const { entries } = await services.get('auth', `/audit?connection=${encodeURIComponent(id)}&limit=20`, auditSchema);
    const consents = entries.filter((entry) => entry.action === 'consent.completed' && entry.id > seen).reverse();
    for (const consent of consents) {
      seen = consent.id;
      say(
        consent.outcome === 'ok' ? 'access was allowed' : `it did not work (${consent.outcome}): open the link again`,
      );
    }
    const connection = await services.get('auth', `/connections/${encodeURIComponent(id)}`, shown);
    if (seen > since && connection.status === 'active' && consents.every(({ outcome }) => outcome === 'ok'))
      return connection;
    if (Date.now() > linkUntil) {
      const { authorizeUrl } = await reconnect(context, id, options);
      linkUntil = Date.now() + linkMs;
      say(`a fresh link: ${authorizeUrl}`);
    }
    await sleep(lookEveryMs);
  }
  return undefined;
}

async function latestEntry({ services }: CommandContext, id: string): Promise<number> {
  const { entries } = await services.get('auth', `/audit?connection=${encodeURIComponent(id)}&limit=1`, auditSchema);
  return entries[0]?.id ?? 0;
}

function sentenceOf({ name, constantContact, klaviyo }: Shown): string {
  return `Connected "${name}": ${constantContact.organization ?? 'Constant Contact'} to ${klaviyo.organization ?? 'Klaviyo'}.`;
}

function usage(message: string): PortageError {
  return new PortageError({ code: 'cli.usage', disposition: 'halt', message });
}
