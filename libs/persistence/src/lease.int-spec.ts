import { migratedDatabase, type MigratedDatabase } from '../../../test/database.js';
import { Database } from './database.js';
import { Leases } from './lease.js';

const table = 'auth.leases';

describe('Leases', () => {
  let migrated: MigratedDatabase;
  let database: Database;
  const holderOf = (owner: string, ttlSeconds = 60) => new Leases(database, table, owner, ttlSeconds);
  const expire = (key: string) =>
    database.execute(`UPDATE ${table} SET expires_at = now() - interval '1 second' WHERE key = $1`, [key]);

  beforeAll(async () => {
    migrated = await migratedDatabase();
    database = await Database.open({ url: migrated.url, ssl: false, role: 'portage_auth' });
  });
  afterAll(async () => {
    await database.close();
    await migrated.drop();
  });

  it('goes to one of many that ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => holderOf(`owner-${n}`).take('race')));
    expect(answers.filter((lease) => lease !== undefined)).toHaveLength(1);
  });

  it('is closed to others while it lives, and its holder keeps the fence', async () => {
    const lease = await holderOf('a').take('kept');
    expect(lease).toEqual({ key: 'kept', fence: 1 });
    await expect(holderOf('b').take('kept')).resolves.toBeUndefined();
    await expect(holderOf('a').take('kept')).resolves.toEqual(lease);
    await expect(holderOf('a').renew({ key: 'kept', fence: 1 })).resolves.toBe(true);
  });

  it('raises the fence whenever it was lost in between, to the same owner too', async () => {
    const first = await holderOf('a').take('fenced');
    await expire('fenced');
    const second = await holderOf('a').take('fenced');
    expect(second?.fence).toBe(2);
    await expire('fenced');
    const third = await holderOf('b').take('fenced');
    expect(third?.fence).toBe(3);
    for (const [owner, lease] of [['a', first] as const, ['a', second] as const]) {
      await expect(holderOf(owner).renew(lease ?? { key: '', fence: 0 })).resolves.toBe(false);
    }
  });

  it('cannot be renewed once it has run out, even if nobody took it', async () => {
    const lease = await holderOf('a').take('late');
    await expire('late');
    await expect(holderOf('a').renew(lease ?? { key: '', fence: 0 })).resolves.toBe(false);
  });

  it('is free at once after its release, and an old holder cannot release it for a new one', async () => {
    const old = await holderOf('a').take('released');
    await holderOf('a').release(old ?? { key: '', fence: 0 });
    const fresh = await holderOf('b').take('released');
    expect(fresh?.fence).toBe(2);
    await holderOf('a').release(old ?? { key: '', fence: 0 });
    await expect(holderOf('c').take('released')).resolves.toBeUndefined();
  });
});
