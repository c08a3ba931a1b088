import { migrate } from '@portage/persistence';
import { Secret } from '@portage/platform';
import { plans } from '../tools/database/plans.js';
import { createDatabase } from './servers.js';

export interface MigratedDatabase {
  readonly url: Secret;
  drop(): Promise<void>;
}

/** A database of the test's own with every schema in it. */
export async function migratedDatabase(): Promise<MigratedDatabase> {
  const database = await createDatabase();
  const url = new Secret(database.url);
  await migrate(url, false, plans);
  return { url, drop: () => database.drop() };
}
