import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** The servers of this test run, as test/servers.setup.mjs has named them. */
export interface TestServers {
  readonly kafka: string;
  readonly schemaRegistry: string;
  readonly database: string;
}

export function testServers(env: NodeJS.ProcessEnv = process.env): TestServers {
  const { KAFKA_BROKERS: kafka, SCHEMA_REGISTRY_URL: schemaRegistry, DATABASE_URL: database } = env;
  if (!kafka || !schemaRegistry || !database)
    throw new Error('Run this test in the Jest project `integration` or `e2e`: they bring the servers.');
  return { kafka, schemaRegistry, database };
}

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** An empty database of the test's own. `drop` ends whatever is still connected. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = testServers().database;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(server, `drop database if exists ${name} with (force)`) };
}

/** A `TOPIC_PREFIX` of the test's own: tests share one Kafka. */
export function createTopicPrefix(name = 'test'): string {
  return `${name}-${randomBytes(4).toString('hex')}`;
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
