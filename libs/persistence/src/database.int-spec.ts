import { Secret } from '@portage/platform';
import { migratedDatabase, type MigratedDatabase } from '../../../test/database.js';
import { columns } from './columns.js';
import { Database } from './database.js';

describe('Database', () => {
  let migrated: MigratedDatabase;
  let database: Database;

  beforeAll(async () => {
    migrated = await migratedDatabase();
    database = await Database.open({ url: migrated.url, ssl: false, role: 'portage_auth', poolSize: 2 });
    await database.execute('CREATE TABLE auth.probe (id int PRIMARY KEY, name text)');
  });
  beforeEach(() => database.execute('DELETE FROM auth.probe'));
  afterAll(async () => {
    await database.close();
    await migrated.drop();
  });

  const rows = () => database.query('SELECT * FROM auth.probe ORDER BY id');

  it('answers rows of SELECT and of RETURNING alike, and counts what was touched', async () => {
    const insert = 'INSERT INTO auth.probe VALUES ($1, $2) RETURNING id';
    await expect(database.query(insert, [1, 'a'])).resolves.toEqual([{ id: 1 }]);
    await expect(database.query(`UPDATE auth.probe SET name = 'b' RETURNING name`)).resolves.toEqual([{ name: 'b' }]);
    await expect(database.query('DELETE FROM auth.probe WHERE id = 9 RETURNING id')).resolves.toEqual([]);
    await expect(database.execute('DELETE FROM auth.probe')).resolves.toBe(1);
    await expect(database.execute('DELETE FROM auth.probe')).resolves.toBe(0);
  });

  it('takes rows by columns, however many', async () => {
    const people = Array.from({ length: 5000 }, (_, id) => ({ id, name: `n${id}` }));
    const insert = 'INSERT INTO auth.probe SELECT * FROM unnest($1::int[], $2::text[])';
    await expect(database.execute(insert, columns(people, ['id', 'name']))).resolves.toBe(5000);
  });

  it('commits all of a transaction or none of it', async () => {
    await database.transaction((queries) => queries.execute(`INSERT INTO auth.probe VALUES (1, 'kept')`));
    const failing = database.transaction(async (queries) => {
      await queries.execute(`INSERT INTO auth.probe VALUES (2, 'lost')`);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await expect(rows()).resolves.toEqual([{ id: 1, name: 'kept' }]);
  });

  it('gives its connections back after failures', async () => {
    for (let n = 0; n < 5; n += 1) await expect(database.query('SELECT nonsense')).rejects.toThrow();
    for (let n = 0; n < 5; n += 1) {
      await expect(database.transaction((queries) => queries.query('SELECT nonsense'))).rejects.toThrow();
    }
    await expect(database.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  it('says in one sentence, without the password, when the server is not there', async () => {
    const url = new Secret('postgres://nobody:hunter2@127.0.0.1:1/none');
    await expect(Database.open({ url, ssl: false, role: 'portage_auth' })).rejects.toMatchObject({
      code: 'database.unreachable',
      disposition: 'retry',
      message: expect.not.stringContaining('hunter2') as string,
    });
  });
});
