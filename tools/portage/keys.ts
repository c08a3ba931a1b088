import { type Command } from 'commander';
import { z } from 'zod';
import { type CommandContext } from './command.js';

const turn = z.object({
  keyId: z.string(),
  resealed: z.object({ credentials: z.number(), authorizations: z.number() }),
  remaining: z.number(),
});

/** `portage keys rotate`: seals everything anew with the first key, while the services run. */
export function addKeys(program: Command, { services, say, print }: CommandContext): void {
  const keys = program.command('keys').description('the keys that secrets are encrypted with');
  keys
    .command('rotate')
    .description('encrypt every stored secret with the first key of PORTAGE_ENCRYPTION_KEYS')
    .option('--rows <n>', 'rows of one turn, up to 1000', '100')
    .option('--json', 'one JSON document on stdout, everything else on stderr', false)
    .addHelpText(
      'after',
      '\nFirst start every auth with the new key in front and the former one behind it:\n' +
        'PORTAGE_ENCRYPTION_KEYS=new:...,old:... Then rotate; afterwards the former key can be taken away.',
    )
    .action(async (options: { rows: string; json: boolean }) => {
      const done = { keyId: '', turns: 0, credentials: 0, authorizations: 0 };
      for (let remaining = 1; remaining > 0;) {
        const result = await services.post('auth', '/keys/rotate', { rows: Number(options.rows) }, turn);
        done.keyId = result.keyId;
        done.turns += 1;
        done.credentials += result.resealed.credentials;
        done.authorizations += result.resealed.authorizations;
        remaining = result.remaining;
        if (remaining > 0) say(`${remaining} rows to go ...`);
      }
      if (options.json) print(done);
      else process.stdout.write(`${sentenceOf(done)}\n`);
    });
}

function sentenceOf({
  keyId,
  credentials,
  authorizations,
}: {
  keyId: string;
  credentials: number;
  authorizations: number;
}): string {
  const what =
    credentials + authorizations === 0
      ? 'Nothing had to be done'
      : `Encrypted anew: ${credentials} credentials, ${authorizations} consents under way`;
  return `${what}. Everything is encrypted with key "${keyId}"; no other key is needed for what is stored.`;
}
