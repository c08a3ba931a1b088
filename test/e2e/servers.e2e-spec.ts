import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Migration } from './migration.js';
import { seed, size, timeoutMs } from './sizes.js';

/** Portage with servers of its own, one of which dies in the middle: it comes back, and nothing is lost or doubled. */
describe('a migration whose servers die', () => {
  let migration: Migration;

  beforeAll(async () => {
    migration = await Migration.start({
      seed: seed + 30,
      contacts: size(800, 5000),
      lists: 6,
      campaigns: 5,
      env: { KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '', DATABASE_URL: '' },
    });
  }, timeoutMs);

  afterAll(async () => {
    expect(await migration.stop()).toBe(0);
  }, timeoutMs);

  it(
    'ends equal after the broker, the database and the registry were killed (invariants 1, 2 and 7)',
    async () => {
      const pass = migration.pass();
      let over = false;
      const end = (): void => void (over = true);
      pass.then(end, end);
      for (const server of ['kafka', 'postgres', 'registry']) {
        const calls = callCount(migration);
        while (!over && callCount(migration) < calls + size(20, 100)) await sleep(20);
        await killServer(migration, server);
        expect(await untilSaid(migration, `${server} has ended`)).toBe(true);
      }
      const report = await pass;
      expect(migration.differences()).toBe('');
      expect(migration.wrongMoments()).toEqual([]);
      expect(report.accounted).toBe(true);
      for (const stream of Object.values(report.streams)) expect(stream.topic).toBe(stream.source);
    },
    timeoutMs,
  );

  it(
    'writes nothing more in a further pass (invariant 5)',
    async () => {
      const before = migration.writeCount();
      const report = await migration.pass();
      expect(migration.writesSince(before)).toEqual([]);
      expect(report.accounted).toBe(true);
    },
    timeoutMs,
  );
});

/** Requests that both vendors have had: how far the pass has come. */
function callCount({ source, target }: Migration): number {
  const counts = [...Object.values(source.counts()), ...Object.values(target.counts())];
  return counts.flatMap(({ statuses }) => Object.values(statuses)).reduce((sum, count) => sum + count, 0);
}

async function killServer({ portage }: Migration, server: string): Promise<void> {
  const text = await readFile(join(portage.home, 'stack', 'processes.json'), 'utf8');
  const known = JSON.parse(text) as Record<string, { pid: number } | undefined>;
  process.kill(known[server]?.pid ?? Number.NaN, 'SIGKILL');
}

async function untilSaid({ portage }: Migration, words: string): Promise<boolean> {
  while (!portage.said().includes(words)) await sleep(50);
  return true;
}
