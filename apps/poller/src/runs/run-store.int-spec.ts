import { Database } from '@portage/persistence';
import { migratedDatabase, type MigratedDatabase } from '../../../../test/database.js';
import { RunStore } from './run-store.js';
import { type Figure } from './run.js';

const plain = { sweep: false, republish: false };

describe('passes that are asked for', () => {
  let migrated: MigratedDatabase;
  let database: Database;
  let runs: RunStore;

  beforeAll(async () => {
    migrated = await migratedDatabase();
    database = await Database.open({ url: migrated.url, ssl: false, role: 'portage_poller' });
    runs = new RunStore(database);
  });

  afterAll(async () => {
    await database.close();
    await migrated.drop();
  });

  const runnable = async (id: string) => (await runs.runnable([id])).map(({ runId }) => runId);

  it('join the first pass until it is done', async () => {
    await runs.openDue('a', 'first', 0);
    const waiting = await runs.request('a', 'request', plain);
    await runs.begin(waiting.runId);
    const running = await runs.request('a', 'request', { ...plain, sweep: true });
    expect([waiting.joined, running]).toEqual([true, { runId: waiting.runId, joined: true }]);
    expect(await runs.find(waiting.runId)).toMatchObject({ first: true, state: 'running' });
  });

  it('queue behind a later pass that has begun, and share what waits', async () => {
    const first = await runs.request('b', 'request', plain);
    await runs.finish(first.runId, 'done', null);
    const second = await runs.request('b', 'request', plain);
    await runs.begin(second.runId);
    const third = await runs.request('b', 'request', plain);
    const fourth = await runs.request('b', 'schedule', { sweep: true, republish: false });
    expect([second.joined, third.joined, fourth]).toEqual([false, false, { runId: third.runId, joined: true }]);
    expect(await runs.find(third.runId)).toMatchObject({ first: false, sweep: true, trigger: 'request' });
    expect(await runnable('b')).toEqual([second.runId]);
    await runs.finish(second.runId, 'failed', 'Why.');
    expect(await runnable('b')).toEqual([third.runId]);
  });

  it('wait as long as they are put off, and keep those behind them waiting', async () => {
    const parked = await runs.request('c', 'request', plain);
    await runs.begin(parked.runId);
    await runs.postpone(parked.runId, 'parked', 'Spent.', Date.now() + 60_000);
    expect([await runnable('c'), (await runs.latest('c'))?.state]).toEqual([[], 'parked']);
    await runs.postpone(parked.runId, 'parked', 'Spent.', Date.now() - 1000);
    expect(await runnable('c')).toEqual([parked.runId]);
  });

  it('are opened once when they are due, however many replicas notice', async () => {
    const dueAt = Date.now() - 1000;
    await Promise.all([1, 2, 3, 4].map(() => runs.openDue('d', 'schedule', dueAt)));
    const [run] = await runs.runnable(['d']);
    await runs.finish(run?.runId ?? '', 'done', null);
    await runs.openDue('d', 'schedule', dueAt);
    expect(await database.query(`SELECT FROM sync.runs WHERE connection_id = 'd'`)).toHaveLength(1);
  });

  it('are forgotten after a month, all but the first', async () => {
    for (const days of [90, 60, 10]) {
      const { runId } = await runs.request('e', 'request', plain);
      await runs.finish(runId, 'done', null);
      await database.execute(`UPDATE sync.runs SET requested_at = now() - $2 * interval '1 day' WHERE run_id = $1`, [
        runId,
        days,
      ]);
    }
    await runs.forgetOld('e');
    const left = await database.query(`SELECT FROM sync.runs WHERE connection_id = 'e'`);
    expect([left.length, (await runs.latest('e'))?.first]).toEqual([2, false]);
  });

  it('count figures up', async () => {
    const { runId } = await runs.request('f', 'request', plain);
    await runs.add(runId, [{ kind: 'calls', name: '/contacts', value: 2 }]);
    await runs.add(runId, [{ kind: 'calls', name: '/contacts', value: 3 }]);
    expect(await figuresOf(runId)).toEqual([{ kind: 'calls', name: '/contacts', value: 5 }]);
  });

  it('report everything since the beginning to whoever asks first, and only the pass itself to the next', async () => {
    const published = (value: number) => [{ kind: 'published', name: 'contacts', value } as const];
    await runs.openDue('g', 'first', Date.now());
    const [first] = await runs.runnable(['g']);
    await runs.add(first?.runId ?? '', published(500));
    await runs.finish(first?.runId ?? '', 'done', null);

    const asked = await runs.request('g', 'request', plain);
    await runs.add(asked.runId, published(3));
    await runs.finish(asked.runId, 'done', null);
    expect(await figuresOf(asked.runId)).toEqual(published(503));

    const again = await runs.request('g', 'request', plain);
    await runs.add(again.runId, published(1));
    expect(await figuresOf(again.runId)).toEqual(published(1));
  });

  async function figuresOf(runId: string): Promise<Figure[]> {
    const run = await runs.find(runId);
    return run ? runs.figures(run) : [];
  }
});
