import { Database, type DatabaseRole, migrate } from '@portage/persistence';
import { Secret } from '@portage/platform';
import { migratedDatabase, type MigratedDatabase } from '../../../test/database.js';
import { plans } from '../../../tools/database/plans.js';

const owned = { auth: 'portage_auth', sync: 'portage_poller', ledger: 'portage_loader' } as const;

describe('migrate', () => {
  let database: MigratedDatabase;

  beforeAll(async () => {
    database = await migratedDatabase();
  });
  afterAll(() => database.drop());

  it('has nothing left to do when it runs again', async () => {
    await expect(migrate(database.url, false, plans)).resolves.toEqual([]);
  });

  it('lets two migrators at once wait for one another', async () => {
    await expect(Promise.all([1, 2, 3].map(() => migrate(database.url, false, plans)))).resolves.toEqual([[], [], []]);
  });

  it('says in one sentence when the server is not there', async () => {
    const nowhere = new Secret('postgres://nobody:secret-word@127.0.0.1:1/none');
    await expect(migrate(nowhere, false, plans)).rejects.toMatchObject({
      code: 'database.unreachable',
      message: expect.not.stringContaining('secret-word') as string,
    });
  });

  describe.each(Object.entries(owned))('schema %s', (schema, role) => {
    it('belongs to its service, which may create and drop there', async () => {
      await asRole(role, async (service) => {
        await service.execute(`CREATE TABLE ${schema}.probe (id int)`);
        await expect(service.execute(`INSERT INTO ${schema}.probe VALUES (1)`)).resolves.toBe(1);
        await service.execute(`DROP TABLE ${schema}.probe`);
      });
    });

    it.each(Object.values(owned).filter((other) => other !== role))('is closed to %s', async (other) => {
      await asRole(role, (service) => service.execute(`CREATE TABLE ${schema}.probe (id int)`));
      await asRole(other, async (service) => {
        await expect(service.query(`SELECT * FROM ${schema}.probe`)).rejects.toThrow('permission denied for schema');
        await expect(service.query(`SELECT * FROM ${schema}.migrations`)).rejects.toThrow('permission denied');
        await expect(service.execute(`CREATE TABLE ${schema}.intruder (id int)`)).rejects.toThrow('permission denied');
      });
      await asRole(role, (service) => service.execute(`DROP TABLE ${schema}.probe`));
    });

    it('is beside the shared quotas, whose tables are closed and whose functions are open', async () => {
      await asRole(role, async (service) => {
        await expect(service.query('SELECT * FROM budget.days')).rejects.toThrow('permission denied');
        await expect(service.query(`SELECT budget.take('probe', 0, 0, 0) AS wait`)).resolves.toEqual([{ wait: 0 }]);
      });
    });
  });

  async function asRole(role: DatabaseRole, work: (service: Database) => Promise<unknown>): Promise<void> {
    const service = await Database.open({ url: database.url, ssl: false, role, poolSize: 1 });
    try {
      await work(service);
    } finally {
      await service.close();
    }
  }
});
