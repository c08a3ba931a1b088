import { migrate } from '@portage/persistence';
import { exitCodes, isPortageError, loadConfig } from '@portage/platform';
import { plans } from './database/plans.js';

/** Brings the database to the present schema. Safe to run again, and by several at once: they wait for one another. */
process.exitCode = await run().catch((error: unknown) => {
  if (!isPortageError(error)) throw error;
  console.error(error.message);
  return error.code === 'config.invalid' ? exitCodes.usage : exitCodes.unreachable;
});

async function run(): Promise<number> {
  const { DATABASE_URL, DATABASE_SSL } = loadConfig(process.env, ['DATABASE_URL']);
  const ran = await migrate(DATABASE_URL, DATABASE_SSL, plans);
  console.error(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}.`);
  return exitCodes.ok;
}
