import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '@portage/persistence';
import { Secret } from '@portage/platform';
import { plans } from '../tools/database/plans.js';

export interface TestDatabase {
  readonly url: Secret;
  /** Drops the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** A database of its own for one test file, migrated, on the server that `DATABASE_URL` names. */
export async function freshDatabase(server = process.env.DATABASE_URL): Promise<TestDatabase> {
  if (!server) throw new Error('DATABASE_URL does not name the PostgreSQL server for tests.');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const secret = new Secret(url.toString());
  await migrate(secret, false, plans);
  return { url: secret, drop: () => onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function onServer(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
