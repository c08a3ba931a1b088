import { applyTopics, RecordWriter, TransactionalPublisher } from '@portage/kafka';
import { Database, Leases, type Lease } from '@portage/persistence';
import { TOPICS } from '@portage/records';
import { migratedDatabase, type MigratedDatabase } from '../../../../test/database.js';
import { leaveOpen } from '../../../../test/forgotten-transaction.js';
import { testKafka, type TestKafka } from '../../../../test/kafka.js';
import { readTopic } from '../../../../test/poller/topics.js';
import { type Change, changeOf } from './change.js';
import { PagePublisher, type PublisherParts } from './page-publisher.js';
import { PageStore, type PreparedPage } from './page-store.js';

const CONNECTION = 'c1';
const signal = new AbortController().signal;

function listChange(id: string, observedAt: number): Change {
  const content = {
    listId: id,
    name: id,
    description: null,
    favorite: false,
    createdAt: null,
    updatedAt: null,
    deletedAt: null,
    membershipCount: 0,
  };
  const origin = { connectionId: CONNECTION, accountId: 'a', runId: 'run', observedAt, first: true, republish: false };
  const change = changeOf('lists', id, content, undefined, origin);
  if (!change) throw new Error('expected a change');
  return change;
}

function pageOf(id: string) {
  const observedAt = Date.now();
  const change = listChange(id, observedAt);
  const effects = { cursors: [{ stream: 'lists', cursor: { at: id } }] };
  return { observedAt, records: [change.outgoing], states: [change.state], effects };
}

describe('publishing a page', () => {
  let kafka: TestKafka;
  let database: Database;
  let migrated: MigratedDatabase;
  let parts: PublisherParts;
  let holders = 0;

  beforeAll(async () => {
    kafka = testKafka('pages');
    await applyTopics(kafka.cluster, { correct: true });
    for (const topic of TOPICS) await kafka.registry.register(topic);
    const writer = await RecordWriter.create(kafka.registry, TOPICS);
    parts = { ...kafka, writer, place: 'cluster/prefix', transactionalId: `${kafka.prefix}.${CONNECTION}` };
    migrated = await migratedDatabase();
    database = await Database.open({ url: migrated.url, ssl: false, role: 'portage_poller' });
    await database.execute(
      `INSERT INTO sync.runs (run_id, connection_id, trigger, state) VALUES ('run', $1, 'first', 'running')`,
      [CONNECTION],
    );
  });

  afterAll(async () => {
    await database.close();
    await migrated.drop();
    await kafka.cluster.close();
  });

  /** Takes the connection over, whoever holds it. */
  async function takeOver(): Promise<{ store: PageStore; lease: Lease }> {
    await database.execute('UPDATE sync.leases SET expires_at = now()');
    const lease = await new Leases(database, 'sync.leases', `holder-${holders++}`, 60).take(CONNECTION);
    if (!lease) throw new Error('the lease is held');
    return { store: new PageStore(database, lease, CONNECTION), lease };
  }

  async function cursor(): Promise<unknown> {
    const rows = await database.query<{ cursor: unknown }>(`SELECT cursor FROM sync.streams WHERE stream = 'lists'`);
    return rows[0]?.cursor;
  }

  /** What is kept of a list, in the shape of a state. */
  async function kept(id: string): Promise<unknown> {
    const rows = await database.query<{ version: string }>(
      `SELECT stream, source_id AS "sourceId", hash, version, value FROM sync.records
       WHERE connection_id = $1 AND source_id = $2 AND run_id = 'run'`,
      [CONNECTION, id],
    );
    return rows.map((row) => ({ ...row, version: Number(row.version) }));
  }

  async function publishedLists(): Promise<string[]> {
    return (await readTopic(kafka, 'lists')).map(({ value }) => value.listId);
  }

  function prepared(page: ReturnType<typeof pageOf>, pageId: string): PreparedPage {
    return { pageId, runId: 'run', topic: 'lists', records: 1, observedAt: page.observedAt, effects: page.effects };
  }

  it('invariant 1: the cursor moves with the page', async () => {
    const { store } = await takeOver();
    const pages = await PagePublisher.open(parts, store, signal);
    await pages.publish('run', pageOf('one'), [{ kind: 'calls', name: '/contact_lists', value: 1 }]);
    await pages.close();
    expect([await publishedLists(), await cursor(), await store.pending()]).toEqual([
      ['one'],
      { at: 'one' },
      undefined,
    ]);
    expect(await kept('one')).toMatchObject([{ stream: 'lists', sourceId: 'one', value: { name: 'one' } }]);
  });

  it('a page that was written down and never published is dropped by the next holder', async () => {
    const { store } = await takeOver();
    await store.prepare(prepared(pageOf('two'), 'page-two'), []);
    const next = await takeOver();
    await (await PagePublisher.open(parts, next.store, signal)).close();
    expect([await publishedLists(), await cursor(), await next.store.pending()]).toEqual([
      ['one'],
      { at: 'one' },
      undefined,
    ]);
  });

  it('a page that was published and not applied is applied by the next holder', async () => {
    const { store } = await takeOver();
    const page = pageOf('three');
    const publisher = await TransactionalPublisher.open(kafka.cluster, { ...parts, deadlineMs: 30_000 });
    await store.prepare(prepared(page, 'page-three'), []);
    await publisher.publish(page.records.map((record) => ({ ...record, headers: { page: 'page-three' } })));
    const next = await takeOver();
    await (await PagePublisher.open(parts, next.store, signal)).close();
    expect([await publishedLists(), await cursor(), await next.store.pending()]).toEqual([
      ['one', 'three'],
      { at: 'three' },
      undefined,
    ]);
    expect(await kept('three')).toEqual(page.states);
    await publisher.close();
  });

  it('a page of which Kafka has only a part is read again', async () => {
    const { store } = await takeOver();
    const page = pageOf('half');
    const publisher = await TransactionalPublisher.open(kafka.cluster, { ...parts, deadlineMs: 30_000 });
    await store.prepare({ ...prepared(page, 'page-half'), records: 2 }, []);
    await publisher.publish(page.records.map((record) => ({ ...record, headers: { page: 'page-half' } })));
    const next = await takeOver();
    await (await PagePublisher.open(parts, next.store, signal)).close();
    expect([await cursor(), await next.store.pending()]).toEqual([{ at: 'three' }, undefined]);
    expect(await kept('half')).toEqual([]);
    await publisher.close();
  });

  it('what a page left open in Kafka, forgotten by its coordinator, is ended by the next holder', async () => {
    const { store } = await takeOver();
    await store.prepare(prepared(pageOf('open'), 'page-open'), []);
    await leaveOpen(kafka.cluster, 'lists', parts.transactionalId);
    const next = await takeOver();
    await (await PagePublisher.open(parts, next.store, signal)).close();
    expect([await publishedLists(), await next.store.pending()]).toEqual([['one', 'three', 'half'], undefined]);
  });

  it('invariant 1: nothing of a page holds before Kafka has acknowledged it, though it is being written meanwhile', async () => {
    const { store } = await takeOver();
    const page = pageOf('refused');
    await store.prepare(prepared(page, 'page-refused'), []);
    await expect(store.applyMeanwhile(page.states, Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect([await cursor(), await kept('refused'), (await store.pending())?.pageId]).toEqual([
      { at: 'three' },
      [],
      'page-refused',
    ]);
    await store.discard();
  });

  it('a page that Kafka takes long for is applied afterwards', async () => {
    const { lease } = await takeOver();
    const store = new PageStore(database, lease, CONNECTION, 0);
    const page = pageOf('slow');
    await store.prepare(prepared(page, 'page-slow'), []);
    const sent = Promise.withResolvers<[]>();
    const applied = store.applyMeanwhile(page.states, sent.promise);
    expect(await cursor()).toEqual({ at: 'three' });
    sent.resolve([]);
    await applied;
    expect([await cursor(), await kept('slow')]).toEqual([{ at: 'slow' }, page.states]);
  });

  it('a holder that wakes up late writes nothing, neither to Kafka nor to the cursor', async () => {
    const late = await takeOver();
    const sleeper = await PagePublisher.open(parts, late.store, signal);
    const next = await takeOver();
    const pages = await PagePublisher.open(parts, next.store, signal);
    await expect(sleeper.publish('run', pageOf('four'), [])).rejects.toMatchObject({ code: 'poller.lease_lost' });
    await expect(late.store.applyAtOnce(prepared(pageOf('four'), 'page-four'), [])).rejects.toMatchObject({
      code: 'poller.lease_lost',
    });
    await pages.publish('run', pageOf('five'), []);
    expect([await publishedLists(), await cursor()]).toEqual([['one', 'three', 'half', 'five'], { at: 'five' }]);
    await Promise.all([sleeper.close(), pages.close()]);
  });

  it('a page without records needs no Kafka', async () => {
    const { store } = await takeOver();
    const pages = await PagePublisher.open(parts, store, signal);
    await pages.publish('run', { ...pageOf('six'), records: [], states: [] }, []);
    await pages.close();
    expect([await publishedLists(), await cursor()]).toEqual([['one', 'three', 'half', 'five'], { at: 'six' }]);
  });
});
