import { randomUUID } from 'node:crypto';
import { Database } from '@portage/persistence';
import { sleep } from '@portage/platform';
import { migratedDatabase, type MigratedDatabase } from '../../../../test/database.js';
import { RunQueue } from './run-queue.js';
import { RunStore } from './run-store.js';
import { type Figure } from './run.js';

const plain = { sweep: false, republish: false };

describe('passes that are asked for', () => {
  let migrated: MigratedDatabase;
  let database: Database;
  let runs: RunStore;
  let queue: RunQueue;

  beforeAll(async () => {
    migrated = await migratedDatabase();
    database = await Database.open({ url: migrated.url, ssl: false, role: 'portage_poller' });
    runs = new RunStore(database);
    queue = new RunQueue(database);
  });

  afterAll(async () => {
    await database.close();
    await migrated.drop();
  });

  const runnable = async (id: string) => (await queue.runnable([id])).map(({ runId }) => runId);

  it('join the first pass until it is done', async () => {
    await queue.openDue('a', 'first', 0);
    const waiting = await queue.request('a', 'request', plain);
    await runs.begin(waiting.runId);
    const running = await queue.request('a', 'request', { ...plain, sweep: true });
    expect([waiting.joined, running]).toEqual([true, { runId: waiting.runId, joined: true }]);
    expect(await runs.find(waiting.runId)).toMatchObject({ first: true, state: 'running' });
  });

  it('join the first pass even if it begins at that moment', async () => {
    const id = randomUUID();
    await queue.openDue(id, 'first', 0);
    const [first] = await queue.runnable([id]);
    let begun: Promise<unknown> = Promise.resolve();
    const joined = await database.transaction((queries) => {
      const query = async <T>(sql: string, values?: readonly unknown[]): Promise<T[]> => {
        if (sql.includes('INSERT')) begun = runs.begin(first?.runId ?? '');
        await Promise.race([begun, sleep(200)]);
        return queries.query<T>(sql, values);
      };
      const execute = (sql: string, values?: readonly unknown[]): Promise<number> => queries.execute(sql, values);
      return new RunQueue({ query, execute }).request(id, 'request', plain);
    });
    await begun;
    expect(joined).toEqual({ runId: first?.runId, joined: true });
    expect(await runs.find(joined.runId)).toMatchObject({ state: 'running' });
  });

  it('queue behind a later pass that has begun, and share what waits', async () => {
    const first = await queue.request('b', 'request', plain);
    await runs.finish(first.runId, 'done', null);
    const second = await queue.request('b', 'request', plain);
    await runs.begin(second.runId);
    const third = await queue.request('b', 'request', plain);
    const fourth = await queue.request('b', 'schedule', { sweep: true, republish: false });
    expect([second.joined, third.joined, fourth]).toEqual([false, false, { runId: third.runId, joined: true }]);
    expect(await runs.find(third.runId)).toMatchObject({ first: false, sweep: true, trigger: 'request' });
    expect(await runnable('b')).toEqual([second.runId]);
    await runs.finish(second.runId, 'failed', 'Why.');
    expect(await runnable('b')).toEqual([third.runId]);
  });

  it('wait as long as they are put off, and keep those behind them waiting', async () => {
    const parked = await queue.request('c', 'request', plain);
    await runs.begin(parked.runId);
    await runs.postpone(parked.runId, 'parked', 'Spent.', Date.now() + 60_000);
    expect([await runnable('c'), (await runs.latest('c'))?.state]).toEqual([[], 'parked']);
    await runs.postpone(parked.runId, 'parked', 'Spent.', Date.now() - 1000);
    expect(await runnable('c')).toEqual([parked.runId]);
  });

  it('let others pass once they have read everything but engagement, and go on after them', async () => {
    const first = await queue.request('p', 'request', plain);
    await runs.begin(first.runId);
    await runs.enterPhase(first.runId, 'activities');
    expect([await runnable('p'), (await queue.histories(['p'])).get('p')?.busy]).toEqual([[first.runId], false]);
    await runs.postpone(first.runId, 'parked', 'Spent.', Date.now() + 60_000);
    await queue.openDue('p', 'schedule', Date.now());
    const [second] = await runnable('p');
    expect(second).not.toBe(first.runId);
    expect(await runs.find(second ?? '')).toMatchObject({ first: false, state: 'waiting' });
    await runs.postpone(first.runId, 'parked', 'Spent.', Date.now() - 1000);
    expect([await runnable('p'), (await queue.histories(['p'])).get('p')?.busy]).toEqual([[second], true]);
    await runs.begin(second ?? '');
    await runs.enterPhase(second ?? '', 'activities');
    expect(await runnable('p')).toEqual([first.runId]);
  });

  it('are counted as failures until anything else happens', async () => {
    const failures = async () => (await queue.histories(['q'])).get('q')?.failures;
    const fail = async () => runs.finish((await queue.request('q', 'request', plain)).runId, 'failed', 'Why.');
    await fail();
    await fail();
    expect(await failures()).toBe(2);
    await runs.finish((await queue.request('q', 'request', plain)).runId, 'done', null);
    expect(await failures()).toBe(0);
    await fail();
    expect(await failures()).toBe(1);
  });

  it('are opened once when they are due, however many replicas notice', async () => {
    const dueAt = Date.now() - 1000;
    await Promise.all([1, 2, 3, 4].map(() => queue.openDue('d', 'schedule', dueAt)));
    const [run] = await queue.runnable(['d']);
    await runs.finish(run?.runId ?? '', 'done', null);
    await queue.openDue('d', 'schedule', dueAt);
    expect(await database.query(`SELECT FROM sync.runs WHERE connection_id = 'd'`)).toHaveLength(1);
  });

  it('are forgotten after a month, all but the first', async () => {
    for (const days of [90, 60, 10]) {
      const { runId } = await queue.request('e', 'request', plain);
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
    const { runId } = await queue.request('f', 'request', plain);
    await runs.add(runId, [{ kind: 'calls', name: '/contacts', value: 2 }]);
    await runs.add(runId, [{ kind: 'calls', name: '/contacts', value: 3 }]);
    expect(await figuresOf(runId)).toEqual([{ kind: 'calls', name: '/contacts', value: 5 }]);
  });

  it('report everything since the beginning to whoever asks first, and only the pass itself to the next', async () => {
    const published = (value: number) => [{ kind: 'published', name: 'contacts', value } as const];
    await queue.openDue('g', 'first', Date.now());
    const [first] = await queue.runnable(['g']);
    await runs.add(first?.runId ?? '', published(500));
    await runs.finish(first?.runId ?? '', 'done', null);

    const asked = await queue.request('g', 'request', plain);
    await runs.add(asked.runId, published(3));
    await runs.finish(asked.runId, 'done', null);
    expect(await figuresOf(asked.runId)).toEqual(published(503));

    const again = await queue.request('g', 'request', plain);
    await runs.add(again.runId, published(1));
    expect(await figuresOf(again.runId)).toEqual(published(1));
  });

  async function figuresOf(runId: string): Promise<Figure[]> {
    const run = await runs.find(runId);
    return run ? runs.figures(run) : [];
  }
});
