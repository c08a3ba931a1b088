import { DataSource, type QueryRunner } from 'typeorm';
import { PortageError, type Secret } from '@portage/platform';

export type Row = Readonly<Record<string, unknown>>;

/** What a query needs; both the pool and an open transaction answer it. */
export interface Queries {
  /** Rows of a SELECT or of a RETURNING clause. Values are PostgreSQL parameters `$1 ...`. */
  query<T = Row>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** The number of rows that an INSERT, UPDATE or DELETE touched. */
  execute(sql: string, values?: readonly unknown[]): Promise<number>;
}

export interface DatabaseOptions {
  readonly url: Secret;
  readonly ssl: boolean;
  /** Role that the service works as; it owns its schema and sees no other. */
  readonly role: DatabaseRole;
  readonly poolSize?: number;
}

export type DatabaseRole = 'portage_auth' | 'portage_poller' | 'portage_loader';

/** A pool of connections that work as one service's role. Statements are plain SQL; bulk ones go through `unnest`. */
export class Database implements Queries {
  constructor(private readonly source: DataSource) {}

  /** @throws PortageError `database.unreachable` (retry) */
  static async open(options: DatabaseOptions): Promise<Database> {
    const source = new DataSource({
      type: 'postgres',
      url: options.url.reveal(),
      ssl: options.ssl,
      synchronize: false,
      applicationName: options.role,
      poolSize: options.poolSize ?? 10,
      extra: {
        options: `-c role=${options.role}`,
        statement_timeout: 60_000,
        // A process that was frozen within a transaction must not keep whoever takes over from its rows.
        idle_in_transaction_session_timeout: 15_000,
        connectionTimeoutMillis: 10_000,
      },
    });
    try {
      await source.initialize();
    } catch (cause) {
      throw new PortageError({
        code: 'database.unreachable',
        disposition: 'retry',
        message:
          'PostgreSQL does not answer or refuses the role: check DATABASE_URL and run the migrations (npm run db:migrate).',
        cause,
      });
    }
    return new Database(source);
  }

  async query<T = Row>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return this.#with((runner) => queriesOf(runner).query<T>(sql, values));
  }

  async execute(sql: string, values: readonly unknown[] = []): Promise<number> {
    return this.#with((runner) => queriesOf(runner).execute(sql, values));
  }

  /** Commits what `work` did, or none of it. No vendor call belongs inside. */
  async transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#with(async (runner) => {
      await runner.startTransaction();
      try {
        const result = await work(queriesOf(runner));
        await runner.commitTransaction();
        return result;
      } catch (error) {
        await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }

  async #with<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      return await work(runner);
    } finally {
      await runner.release();
    }
  }
}

/** TypeORM answers UPDATE ... RETURNING in another shape than SELECT unless asked for its structured result. */
function queriesOf(runner: QueryRunner): Queries {
  const run = (sql: string, values: readonly unknown[]) => runner.query(sql, [...values], true);
  return {
    query: async <T>(sql: string, values: readonly unknown[] = []) => ((await run(sql, values)).records ?? []) as T[],
    execute: async (sql, values = []) => (await run(sql, values)).affected ?? 0,
  };
}
