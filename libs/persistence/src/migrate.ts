import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { PortageError, type Secret } from '@portage/platform';
import { type DatabaseRole } from './database.js';

export type { MigrationInterface, QueryRunner } from 'typeorm';
type Migration = new () => MigrationInterface;

/** One schema with its owner and its migrations, kept in a migrations table of its own inside the schema. */
export interface SchemaPlan {
  readonly schema: string;
  readonly owner: DatabaseRole | 'portage_budget';
  readonly migrations: readonly Migration[];
}

const roles = ['portage_budget', 'portage_auth', 'portage_poller', 'portage_loader'] as const;

/** The same number in every program: two migrators at once wait for one another instead of racing. */
const migrationLock = 7_204_618;

/**
 * Creates roles and schemas and runs what is pending, one schema after the other, under an advisory lock.
 * Each schema belongs to its service's role; no role may look into another's schema, but all may take from `budget`.
 *
 * @returns names of the migrations that ran
 * @throws PortageError `database.unreachable` (halt)
 */
export async function migrate(url: Secret, ssl: boolean, plans: readonly SchemaPlan[]): Promise<string[]> {
  const admin = await connect({ url, ssl });
  const runner = admin.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await createRoles(runner);
    for (const plan of plans) await createSchema(runner, plan);
    const ran: string[] = [];
    for (const plan of plans) ran.push(...(await runPending(url, ssl, plan)));
    return ran;
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined);
    await runner.release();
    await admin.destroy();
  }
}

async function runPending(url: Secret, ssl: boolean, plan: SchemaPlan): Promise<string[]> {
  const source = await connect({ url, ssl, plan });
  try {
    const ran = await source.runMigrations({ transaction: 'each' });
    return ran.map((migration) => `${plan.schema}.${migration.name}`);
  } finally {
    await source.destroy();
  }
}

/** Roles belong to the whole server, the lock to one database: another database's migrator may be creating the same role. */
async function createRoles(runner: QueryRunner): Promise<void> {
  for (const role of roles) {
    await runner.query(`DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} NOLOGIN; END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
    await runner.query(`DO $$ BEGIN
      IF NOT pg_has_role(current_user, '${role}', 'MEMBER') THEN EXECUTE format('GRANT ${role} TO %I', current_user); END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation OR SQLSTATE 'XX000' THEN NULL; END $$`);
  }
}

async function createSchema(runner: QueryRunner, plan: SchemaPlan): Promise<void> {
  await runner.query(`CREATE SCHEMA IF NOT EXISTS ${plan.schema} AUTHORIZATION ${plan.owner}`);
  await runner.query(`REVOKE ALL ON SCHEMA ${plan.schema} FROM PUBLIC`);
}

async function connect(options: { url: Secret; ssl: boolean; plan?: SchemaPlan }): Promise<DataSource> {
  const { plan } = options;
  const source = new DataSource({
    type: 'postgres',
    url: options.url.reveal(),
    ssl: options.ssl,
    synchronize: false,
    poolSize: 1,
    ...(plan
      ? {
          schema: plan.schema,
          migrations: [...plan.migrations],
          migrationsTableName: 'migrations',
          extra: { options: `-c role=${plan.owner} -c search_path=${plan.schema}` },
        }
      : {}),
  });
  try {
    return await source.initialize();
  } catch (cause) {
    throw new PortageError({
      code: 'database.unreachable',
      disposition: 'halt',
      message: 'PostgreSQL does not answer or refuses the login: check that it runs and that DATABASE_URL is right.',
      cause,
    });
  }
}
