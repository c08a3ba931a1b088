import { readBounded } from '@portage/kafka';
import { Leases } from '@portage/persistence';
import { type Topic } from '@portage/records';
import { generateAccount } from '@portage/simulators';
import { CONNECTION, PollerHarness } from '../../../../test/poller/harness.js';
import { Eraser } from './eraser.js';

describe('a connection that was deleted', () => {
  let harness: PollerHarness;

  afterAll(() => harness.stop());

  /** Keys whose newest record is a value. */
  async function keysOn(topic: Topic): Promise<string[]> {
    const newest = new Map<string, boolean>();
    const { cluster, registry } = harness.kafka;
    const onRecords = (_: number, records: readonly { key: string; value?: unknown }[]): Promise<void> => {
      for (const record of records) newest.set(record.key, record.value !== null);
      return Promise.resolve();
    };
    await readBounded({ cluster, registry, topic, from: 'start', signal: AbortSignal.timeout(60_000), onRecords });
    return [...newest].filter(([, present]) => present).map(([key]) => key);
  }

  it('is erased, from the compacted topics too, and nothing of another one is', async () => {
    const account = generateAccount({ seed: 81, contacts: 700, lists: 5, campaigns: 3 });
    harness = await PollerHarness.start(account);
    const other = { ...harness.connection, id: 'connection-2' };
    harness.auth.connections.set(other.id, other);
    const replica = await harness.replica();
    const finished = async (id: string): Promise<void> => {
      while ((await replica.runs.latest(id))?.state !== 'done') await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await Promise.all([finished(CONNECTION), finished(other.id)]);
    const { parts } = replica;
    const tables = await parts.database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'sync' AND column_name = 'connection_id'`,
    );
    const rows = async (id: string): Promise<Record<string, number>> => {
      const counts: Record<string, number> = {};
      for (const { name } of tables)
        counts[name] = (await parts.database.query(`SELECT FROM sync.${name} WHERE connection_id = $1`, [id])).length;
      return counts;
    };
    const before = await rows(other.id);
    const eraser = new Eraser(parts, new Leases(parts.database, 'sync.leases', 'eraser', 30), 30_000);
    await eraser.turn(AbortSignal.timeout(60_000));
    expect((await rows(CONNECTION))['records']).toBeGreaterThan(700);

    harness.auth.connections.delete(CONNECTION);
    const gone = async (): Promise<boolean> => {
      const known = await parts.directory.all(AbortSignal.timeout(5000));
      return known.every(({ id }) => id !== CONNECTION);
    };
    while (!(await gone())) await new Promise((resolve) => setTimeout(resolve, 50));
    await eraser.turn(AbortSignal.timeout(60_000));
    expect(Object.values(await rows(CONNECTION)).reduce((sum, count) => sum + count, 0)).toBe(0);
    expect(await rows(other.id)).toEqual(before);
    for (const topic of ['lists', 'contacts', 'suppressions', 'marks'] as const) {
      const keys = await keysOn(topic);
      expect([topic, keys.filter((key) => key.startsWith(`${CONNECTION}:`))]).toEqual([topic, []]);
      expect(keys.some((key) => key.startsWith(`${other.id}:`))).toBe(true);
    }
  });
});
