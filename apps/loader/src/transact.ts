import { type Database, type Queries } from '@portage/persistence';

/** Repeats a transaction that PostgreSQL ended because two of them waited for one another; both are safe to run again. */
export async function transact<T>(database: Database, work: (queries: Queries) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transaction(work);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (attempt >= 5 || (code !== '40P01' && code !== '40001')) throw error;
    }
  }
}
