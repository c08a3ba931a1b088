import pg from 'pg';
import { Database } from '@portage/persistence';
import { sleep } from '@portage/platform';
import { migratedDatabase, type MigratedDatabase } from '../../../../test/database.js';
import { Budget, type Quota } from './budget.js';

/** The moment of every grant on the database's clock: callers hear of it later, by what their event loop makes of it. */
const recordStamps = `
  CREATE TABLE stamps (key text, at timestamptz);
  CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
    BEGIN INSERT INTO stamps VALUES (NEW.key, NEW.last_at); RETURN NULL; END $$;
  CREATE TRIGGER stamp AFTER UPDATE OF last_at ON budget.pace FOR EACH ROW EXECUTE FUNCTION stamp()`;

describe('Budget', () => {
  let database: MigratedDatabase;
  let admin: pg.Client;
  let pools: Database[];
  let budgets: Budget[];

  beforeAll(async () => {
    database = await migratedDatabase();
    admin = new pg.Client({ connectionString: database.url.reveal() });
    await admin.connect();
    await admin.query(recordStamps);
    // Pools of different services stand for processes: they share nothing but the database.
    const roles = ['portage_auth', 'portage_poller', 'portage_loader'] as const;
    pools = await Promise.all(roles.map((role) => Database.open({ url: database.url, ssl: false, role })));
    budgets = pools.map((pool) => new Budget(pool));
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await admin.end();
    await database.drop();
  });

  /** `count` requests, asked for by all pools at once. */
  const grants = async (key: string, quota: Quota, count: number): Promise<void> => {
    const takers = Array.from({ length: count }, (_, index) => budgets[index % budgets.length]);
    await Promise.all(takers.map(async (budget) => budget?.take(key, quota)));
  };

  it('never grants more than the limit in any sliding second, over several pools. Invariant 9', async () => {
    const perSecond = 20;
    await grants('pace', { perSecond }, 70);
    const { rows } = await admin.query<{ at: number }>(
      `SELECT extract(epoch FROM at)::float8 * 1000 AS at FROM stamps WHERE key = 'pace' ORDER BY at`,
    );
    const stamps = rows.map(({ at }) => at);
    expect(stamps).toHaveLength(70);
    // From any grant to the twentieth after it, more than a second: no window of a second holds twenty-one.
    const spans = stamps.slice(perSecond).map((stamp, index) => stamp - (stamps[index] ?? 0));
    expect(Math.min(...spans)).toBeGreaterThan(1000);
  });

  it('reckons from when a grant was due, as long as it is not late by more than 8 ms', async () => {
    /** A grant that is late by `ms`, and what is kept of it: how long after it was due it counts, and how long before it was given. */
    const late = async (ms: number): Promise<number[]> => {
      await admin.query(`SELECT budget.take('late', 200, 0, 0)`);
      await admin.query(`
        UPDATE budget.pace SET paced_at = clock_timestamp() - ${200 + ms} * interval '1 ms' WHERE key = 'late';
        CREATE TEMP TABLE before AS SELECT paced_at FROM budget.pace WHERE key = 'late';
        SELECT budget.take('late', 200, 0, 0)`);
      const { rows } = await admin.query<{ passed: string; behind: string }>(
        `SELECT extract(epoch FROM p.paced_at - b.paced_at) * 1000 - 200 AS passed, extract(epoch FROM p.last_at - p.paced_at) * 1000 AS behind
         FROM budget.pace p, before b WHERE key = 'late'`,
      );
      await admin.query('DROP TABLE before');
      return [Number(rows[0]?.passed), Number(rows[0]?.behind)];
    };
    let [passed, behind] = await late(1);
    // A machine that stalls between two statements makes it later than that.
    while (passed !== 0) [passed, behind] = await late(1);
    expect(behind).toBeGreaterThanOrEqual(1);
    expect(behind).toBeLessThanOrEqual(8);
    expect(Math.max(...[await late(15), await late(15), await late(15)].map(([, forgiven]) => forgiven ?? 0))).toBe(8);
    // A pause is no lateness.
    expect((await late(2000))[1]).toBe(0);
  });

  it('reckons from when a process heard of its grant that heard of it late', async () => {
    const slow = {
      query: async <T>(text: string, values?: unknown[]): Promise<T[]> => {
        const rows = (await pools[0]?.query<T & object>(text, values)) ?? [];
        if (text.includes('budget.take')) await sleep(60);
        return rows;
      },
    };
    await new Budget(slow as unknown as Database).take('stalled', { perSecond: 0.1 });
    const { rows } = await admin.query<{ late: string }>(
      `SELECT extract(epoch FROM paced_at - last_at) * 1000 AS late FROM budget.pace WHERE key = 'stalled'`,
    );
    expect(Number(rows[0]?.late)).toBeGreaterThanOrEqual(59);
  });

  it('parks until 00:00 UTC when the day is spent, and counts for everyone', async () => {
    const quota = { perDay: 5 };
    await grants('day', quota, 5);
    for (const budget of budgets) {
      const refused: unknown = await budget.take('day', quota).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'budget.day_spent', disposition: 'throttle' });
      const { retryAfterMs } = refused as { retryAfterMs: number };
      const reset = new Date(Date.now() + retryAfterMs);
      expect([reset.getUTCHours(), reset.getUTCMinutes()]).toEqual([0, 0]);
      await expect(budget.usedToday('day')).resolves.toBe(5);
    }
  });

  it('keeps a reserve of the day for more important work', async () => {
    const [budget] = budgets;
    const quota = { perDay: 10 };
    for (let n = 0; n < 8; n += 1) await budget?.take('reserve', quota, { reserve: 0.2 });
    await expect(budget?.take('reserve', quota, { reserve: 0.2 })).rejects.toMatchObject({ code: 'budget.day_spent' });
    await budget?.take('reserve', quota);
    await expect(budget?.usedToday('reserve')).resolves.toBe(9);
  });

  it('takes the word of the vendor that the day is spent', async () => {
    await budgets[0]?.spendDay('told');
    await expect(budgets[1]?.take('told', { perDay: 1000 })).rejects.toMatchObject({ code: 'budget.day_spent' });
  });

  it('never grants more than the limit in a minute', async () => {
    const [budget] = budgets;
    const quota = { perMinute: 3 };
    for (let n = 0; n < 3; n += 1) await budget?.take('minute', quota);
    const abort = new AbortController();
    const waiting = budget?.take('minute', quota, { signal: abort.signal });
    const [row] = (await pools[1]?.query<{ wait: number }>(`SELECT budget.take('minute', 0, 3, 0) AS wait`)) ?? [];
    expect(row?.wait).toBeGreaterThan(50_000);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('holds everyone back for as long as the vendor asked', async () => {
    await budgets[0]?.hold('held', 30_000);
    const [row] = (await pools[1]?.query<{ wait: number }>(`SELECT budget.take('held', 1, 0, 0) AS wait`)) ?? [];
    expect(row?.wait).toBeGreaterThan(25_000);
    // A shorter wish does not shorten it.
    await budgets[2]?.hold('held', 1);
    const [still] = (await pools[1]?.query<{ wait: number }>(`SELECT budget.take('held', 1, 0, 0) AS wait`)) ?? [];
    expect(still?.wait).toBeGreaterThan(25_000);
  });

  it('keeps more distance where the vendor says no again though the limit was kept, and forgets it by and by', async () => {
    const take = `SELECT budget.take('told no', 1e6, 0, 0) AS wait`;
    const distance = async () => {
      const [row] = (await pools[0]?.query<{ wait: number }>(take)) ?? [];
      return Math.ceil((row?.wait ?? 0) / 10_000);
    };
    const passTime = () =>
      admin.query(`UPDATE budget.pace SET paced_at = paced_at - interval '1 day' WHERE key = 'told no'`);
    const passHold = () => admin.query(`UPDATE budget.pace SET held_until = '-infinity' WHERE key = 'told no'`);
    await pools[0]?.query(take);
    // Once may be chance.
    await budgets[0]?.hold('told no', 1000);
    expect(await distance()).toBe(100);
    await passHold();
    await budgets[0]?.hold('told no', 1000);
    expect(await distance()).toBe(103);
    // Told in the same second: by the same burst.
    await budgets[1]?.hold('told no', 1000);
    expect(await distance()).toBe(103);
    for (let n = 0; n < 350; n += 1) {
      await passTime();
      await passHold();
      await pools[0]?.query(take);
    }
    expect(await distance()).toBe(102);
    for (let n = 0; n < 20; n += 1) {
      await passHold();
      await budgets[0]?.hold('told no', 0);
    }
    expect(await distance()).toBe(130);
  });

  it('tells everyone what limits one was told of, the newest of each window', async () => {
    await expect(budgets[0]?.learned('limits')).resolves.toEqual({});
    await budgets[0]?.learn('limits', { perSecond: 3, perMinute: 60 });
    await budgets[1]?.learn('limits', { perMinute: 150, perDay: 100 });
    await expect(budgets[2]?.learned('limits')).resolves.toEqual({ perSecond: 3, perMinute: 150, perDay: 100 });
  });

  it('keeps keys apart, and asks nobody where nothing is limited', async () => {
    await budgets[0]?.hold('one', 60_000);
    await expect(budgets[0]?.take('two', { perSecond: 100 })).resolves.toBeUndefined();
    await expect(budgets[0]?.take('one', {})).resolves.toBeUndefined();
  });
});
