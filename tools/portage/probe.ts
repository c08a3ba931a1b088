import { type Command } from 'commander';
import { z } from 'zod';
import { type CommandContext } from './command.js';
import { whichConnection, withConnection } from './which-connection.js';

const probedSchema = z.object({ streams: z.array(z.string()) });

/** `portage probe`: for whoever has mended what made Klaviyo reject too much. */
export function addProbe(program: Command, { services, print }: CommandContext): void {
  withConnection(program.command('probe'))
    .description('try streams at once that are parked because Klaviyo rejected too much')
    .option('--json', 'one JSON document on stdout, everything else on stderr', false)
    .addHelpText(
      'after',
      '\nFifty rows are tried; when most of them are accepted, the stream goes on by itself. "portage status" shows\n' +
        'what is parked and why; without this command it is tried from time to time, at last once an hour.',
    )
    .action(async ({ connection, json }: { connection?: string; json: boolean }) => {
      const id = await whichConnection(services, connection);
      const probed = await services.post('loader', `/connections/${encodeURIComponent(id)}/probe`, {}, probedSchema);
      if (json) print(probed);
      else process.stdout.write(sentenceOf(probed.streams));
    });
}

function sentenceOf(streams: readonly string[]): string {
  if (streams.length === 0) return 'Nothing is parked.\n';
  return `A few rows of ${streams.join(' and ')} are tried now; "portage status" shows what comes of it.\n`;
}
