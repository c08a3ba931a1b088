import { Command, CommanderError } from 'commander';
import { exitCodes, isPortageError } from '@portage/platform';
import { addAudit } from './portage/audit.js';
import { addConnect } from './portage/connect.js';
import { addConnections } from './portage/connections.js';
import { addDeadLetters } from './portage/dead-letters.js';
import { addKeys } from './portage/keys.js';
import { addLag } from './portage/lag.js';
import { addProbe } from './portage/probe.js';
import { renderReport } from './portage/render.js';
import { addReplay } from './portage/replay.js';
import { Services } from './portage/services.js';
import { addSignals } from './portage/signals.js';
import { addStatus } from './portage/status.js';
import { awaitSync, startSync } from './portage/sync.js';
import { addVerify } from './portage/verify.js';

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const services = new Services(process.env, say);
/** Who only asks is told soon that nobody is there. */
const asking = new Services(process.env, say, 10_000);

const program = new Command('portage')
  .description('Carries a Constant Contact account to Klaviyo and keeps the two in step.')
  .addHelpText(
    'after',
    '\nExit codes: 0 done; 1 done, but something is unaccounted for; 2 wrong usage or configuration;\n' +
      '3 a server or vendor cannot be reached. Services are found through PORTAGE_HOME (a running\n' +
      '"npm run up"), or AUTH_URL, POLLER_URL and LOADER_URL with PORTAGE_ADMIN_TOKEN.',
  )
  .exitOverride();

interface SyncFlags {
  readonly connection: string;
  readonly sweep: boolean;
  readonly republish: boolean;
  readonly wait: boolean;
  readonly json: boolean;
}

program
  .command('sync')
  .description('make a full pass over all streams now')
  .requiredOption('--connection <id>', 'the connection to read and load')
  .option('--now', 'start at once, whatever the schedule says', true)
  .option('--sweep', 'read every contact again and find what deltas miss (moves, deletions, purges)', false)
  .option('--republish', 'publish every list, contact and suppression again, changed or not', false)
  .option('--wait', 'return when the pass is published, loaded and settled, with its report', false)
  .option('--json', 'one JSON document on stdout, everything else on stderr', false)
  .action(async (options: SyncFlags) => {
    const { sweep, republish } = options;
    const request = { connectionId: options.connection, sweep, republish, say };
    const started = await startSync(services, request);
    if (!options.wait) {
      const { runId, joined } = started;
      if (options.json) print({ connectionId: options.connection, runId, joined });
      else process.stdout.write(`${joined ? 'Joined' : 'Started'} pass ${runId}.\n`);
      return;
    }
    const report = await awaitSync(services, request, started);
    if (options.json) print(report);
    else process.stdout.write(renderReport(report));
    process.exitCode = report.accounted ? exitCodes.ok : exitCodes.unaccounted;
  });

addStatus(program, { services: asking, say, print });
addSignals(program, { services, say, print });
addVerify(program, { services, say, print });
addReplay(program, { services, say, print });
addLag(program, { services: asking, say, print });
addDeadLetters(program, { services, say, print });
addProbe(program, { services, say, print });
addConnect(program, { services, say, print }, process.env);
addConnections(program, { services, say, print });
addAudit(program, { services, say, print });
addKeys(program, { services, say, print });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (!isPortageError(error)) throw error;
  say(error.message);
  if (error.code === 'cli.unreachable') return exitCodes.unreachable;
  return error.code === 'cli.run_failed' ? exitCodes.unaccounted : exitCodes.usage;
}
