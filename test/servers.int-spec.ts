import pg from 'pg';
import { versions } from '../tools/stack/versions.js';
import { createDatabase, createTopicPrefix, testServers } from './servers.js';

describe('the servers of a test run', () => {
  it('have a PostgreSQL of the version that production uses, with a database per test', async () => {
    const database = await createDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    await client.end();
    await database.drop();
    expect(rows[0]?.server_version.split('.')[0]).toBe(versions.postgres);
    await expect(new pg.Client({ connectionString: database.url }).connect()).rejects.toMatchObject({ code: '3D000' });
  });

  it('have a registry that speaks the Confluent API', async () => {
    const response = await fetch(`${testServers().schemaRegistry}/subjects`);
    expect(Array.isArray(await response.json())).toBe(true);
  });

  it('have a Kafka, where no two tests share a topic', () => {
    expect(testServers().kafka).toMatch(/:\d+$/);
    expect(createTopicPrefix()).not.toBe(createTopicPrefix());
  });
});
