import { Budget } from '@portage/http';
import { Database } from '@portage/persistence';
import { type KlaviyoSimulator, startKlaviyo } from '@portage/simulators';
import { migratedDatabase, type MigratedDatabase } from '../../../../test/database.js';
import { createKlaviyo, type Klaviyo } from '../klaviyo.js';

const ACCOUNT = 'AcctA1';
const KEY = 'pk_simulated';
const speed = 4;
const accounts = [{ id: ACCOUNT, name: 'Shop', keys: [{ key: KEY }] }];

/** Invariant 9: paced below the vendor's limits across all replicas; a 429 is an event, not a method. */
describe('pacing of several replicas', () => {
  let database: MigratedDatabase;
  let pools: Database[];
  let simulator: KlaviyoSimulator;

  beforeAll(async () => {
    database = await migratedDatabase();
    pools = await Promise.all(
      [1, 2, 3].map(() => Database.open({ url: database.url, ssl: false, role: 'portage_loader', poolSize: 4 })),
    );
    simulator = await startKlaviyo({ accounts, speed, delays: 'none' });
  });

  afterAll(async () => {
    await simulator.stop();
    await Promise.all(pools.map((pool) => pool.close()));
    await database.drop();
  });

  const replica = (pool: Database, limitScale: number, of = simulator): Klaviyo =>
    createKlaviyo({
      baseUrl: of.url,
      revision: '2026-07-15',
      accountId: ACCOUNT,
      credential: () => Promise.resolve({ scheme: 'Klaviyo-API-Key', token: KEY, generation: 1 }),
      refreshCredential: () => Promise.resolve({ scheme: 'Klaviyo-API-Key', token: KEY, generation: 1 }),
      budget: new Budget(pool),
      limitScale,
    });
  /** Calls spread over the replicas, all at once. */
  const manyTimes = <T>(times: number, replicas: readonly Klaviyo[], call: (klaviyo: Klaviyo) => Promise<T>) =>
    Promise.all(Array.from({ length: times }, (_, index) => call(replicas[index % replicas.length] as Klaviyo)));
  const refused = (endpoint: string, of = simulator) =>
    of.requests().filter((request) => request.endpoint === endpoint && request.status === 429).length;

  it('never asks too much, however many ask at once (invariant 9)', async () => {
    const replicas = pools.map((pool) => replica(pool, speed));
    await manyTimes(60, replicas, (klaviyo) => klaviyo.listImportJobs());
    await manyTimes(12, replicas, (klaviyo) => klaviyo.account());
    expect(refused('GET /api/profile-bulk-import-jobs')).toBe(0);
    expect(refused('GET /api/accounts')).toBe(0);
  });

  it('recovers from limits that are lower than it believed', async () => {
    // So narrow that even a busy machine asks too much of it.
    const narrow = await startKlaviyo({ accounts, speed: 0.5, delays: 'none' });
    try {
      const replicas = pools.map((pool) => replica(pool, 200, narrow));
      expect(await manyTimes(20, replicas, (klaviyo) => klaviyo.metrics())).toHaveLength(20);
      expect(refused('GET /api/metrics', narrow)).toBeGreaterThan(0);
    } finally {
      await narrow.stop();
    }
  });

  it('creates no list once the day is spent, whoever spent it', async () => {
    const [first, second] = pools.map((pool) => replica(pool, speed));
    await first?.createList('News');
    await new Budget(pools[2] as Database).spendDay(`klaviyo:${ACCOUNT}:POST /api/lists`);
    await expect(second?.createList('More')).rejects.toMatchObject({
      code: 'budget.day_spent',
      disposition: 'throttle',
    });
    expect(simulator.state(ACCOUNT).lists).toHaveLength(1);
  });
});
