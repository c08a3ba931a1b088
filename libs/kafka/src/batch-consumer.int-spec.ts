import { setTimeout as delay } from 'node:timers/promises';
import { type PortageError } from '@portage/platform';
import { type Activity } from '@portage/records';
import { activityRecord, meta, recreateTopics, testKafka, type TestKafka } from '../../../test/kafka.js';
import {
  type Advance,
  applyTopics,
  BatchConsumer,
  type BatchConsumerOptions,
  consumerGroups,
  endOffsets,
  type Offsets,
  RecordWriter,
  type TakenBatch,
  TransactionalPublisher,
} from './index.js';

const patience = 60_000;

const open: TestKafka[] = [];
const members: Member[] = [];
afterEach(async () => {
  await Promise.all(members.splice(0).map((member) => member.consumer.stop()));
  await Promise.all(open.splice(0).map(({ cluster }) => cluster.close()));
}, patience);

interface World extends TestKafka {
  /** What a loader would keep in its database: positions, and one entry per record that was counted. */
  readonly stored: Map<number, number>;
  readonly counted: string[];
  publish(from: number, count: number): Promise<void>;
}

async function world(): Promise<World> {
  const kafka = testKafka('consumer');
  open.push(kafka);
  await applyTopics(kafka.cluster, { correct: false });
  await kafka.registry.register('activities');
  const writer = await RecordWriter.create(kafka.registry, ['activities']);
  const publish = async (from: number, count: number): Promise<void> => {
    const id = `${kafka.prefix}.c1`;
    const publisher = await TransactionalPublisher.open(kafka.cluster, {
      writer,
      transactionalId: id,
      deadlineMs: 20_000,
    });
    for (let n = from; n < from + count; n += 100) {
      await publisher.publish([...Array(Math.min(100, from + count - n)).keys()].map((i) => activityRecord(n + i)));
    }
    await publisher.close();
  };
  return { ...kafka, stored: new Map(), counted: [], publish };
}

/** One consumer with a loader's habits: settles when told to, stores by compare-and-set, then commits. */
class Member {
  readonly batches: TakenBatch<Activity>[] = [];
  readonly revoked: number[] = [];
  readonly crashes: PortageError[] = [];
  readonly consumer: BatchConsumer<'activities', string>;
  settling = true;
  most = 0;

  constructor(
    private readonly world: World,
    options: Partial<BatchConsumerOptions<'activities', string>> = {},
  ) {
    this.consumer = new BatchConsumer({
      cluster: world.cluster,
      registry: world.registry,
      topic: 'activities',
      groupId: `${world.prefix}.loader`,
      window: { rows: 10_000, bytes: 10_000_000 },
      positions: () => Promise.resolve(new Map(world.stored)),
      onAdvance: (advance) => this.store(advance),
      onRevoked: (generation) => this.revoked.push(generation),
      onCrash: (error) => this.crashes.push(error),
      ...options,
    });
    members.push(this);
  }

  start(): Promise<void> {
    return this.consumer.start((batch) => {
      this.batches.push(batch);
      this.most = Math.max(this.most, this.consumer.load.rows);
      if (this.settling) this.settle(batch);
    });
  }

  settle(batch: TakenBatch<Activity>): void {
    this.store(
      this.consumer.settle(
        batch,
        batch.records.map(({ offset, key }) => [offset, key]),
      ),
    );
  }

  settleAll(): void {
    this.settling = true;
    for (const batch of this.batches) this.settle(batch);
  }

  get taken(): number {
    return this.batches.reduce((sum, { records }) => sum + records.length, 0);
  }

  private store(advance: Advance<string> | null): void {
    if (advance === null || (this.world.stored.get(advance.partition) ?? 0) !== advance.from) return;
    this.world.stored.set(advance.partition, advance.position);
    this.world.counted.push(...advance.outcomes);
    this.consumer.commit(advance);
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await condition()) return;
    await delay(50);
  }
  throw new Error('It did not happen.');
}

async function committed({ cluster, prefix }: Pick<World, 'cluster' | 'prefix'>): Promise<Offsets> {
  const group = (await consumerGroups(cluster)).find(({ id }) => id === `${prefix}.loader`);
  return group?.committed.get('activities') ?? new Map();
}

async function lag({ cluster, prefix, stored }: World): Promise<{ stored: number; committed: number }> {
  const followed = await committed({ cluster, prefix });
  const missing = { stored: 0, committed: 0 };
  for (const [partition, end] of await endOffsets(cluster, 'activities')) {
    missing.stored += end - (stored.get(partition) ?? 0);
    missing.committed += end - (followed.get(partition) ?? 0);
  }
  return missing;
}

const noLag = { stored: 0, committed: 0 };
const keys = (from: number, count: number) => [...Array(count).keys()].map((n) => `c1:p${from + n}`).sort();
const atEnd = (w: World) => until(async () => JSON.stringify(await lag(w)) === JSON.stringify(noLag));

describe('BatchConsumer', () => {
  it(
    'takes every record once, and its idle lag is 0: stored and committed positions cover the last marker',
    async () => {
      const w = await world();
      await w.publish(0, 500);
      const member = new Member(w);
      await member.start();
      await atEnd(w);
      expect([...w.counted].sort()).toEqual(keys(0, 500));
      expect(member.batches[0]?.records[0]).toMatchObject({ timestamp: meta.observedAt, value: { type: 'opened' } });
      await w.publish(500, 100);
      await atEnd(w);
      expect([...w.counted].sort()).toEqual(keys(0, 600));
      expect(member.crashes).toEqual([]);
    },
    patience,
  );

  it(
    'Invariant 2: commits nothing that is not settled',
    async () => {
      const w = await world();
      await w.publish(0, 300);
      const member = new Member(w);
      member.settling = false;
      await member.start();
      await until(() => member.taken === 300);
      await delay(600);
      expect((await committed(w)).size).toBe(0);
      expect(member.consumer.load.rows).toBe(300);
      member.settleAll();
      await atEnd(w);
      expect(member.consumer.load).toEqual({ rows: 0, bytes: 0 });
    },
    patience,
  );

  it(
    'starts from the stored position, whatever Kafka has committed',
    async () => {
      const w = await world();
      await w.publish(0, 400);
      const first = new Member(w);
      await first.start();
      await atEnd(w);
      await first.consumer.stop();
      w.stored.set(3, 0);
      const again = new Member(w);
      await again.start();
      await atEnd(w);
      expect(new Set(again.batches.map(({ partition }) => partition))).toEqual(new Set([3]));
    },
    patience,
  );

  it(
    'takes no more than the window allows and goes on when outcomes arrive',
    async () => {
      const w = await world();
      await w.publish(0, 2_000);
      const member = new Member(w, { window: { rows: 300, bytes: 10_000_000 } });
      member.settling = false;
      await member.start();
      await until(() => member.taken >= 300);
      await delay(1_000);
      const full = member.taken;
      expect(full).toBeLessThan(300 + 400);
      await delay(500);
      expect(member.taken).toBe(full);
      member.settleAll();
      await atEnd(w);
      expect([...w.counted].sort()).toEqual(keys(0, 2_000));
      expect(member.most).toBeLessThan(700);
    },
    patience,
  );

  it(
    'survives members that join and leave: everything is counted exactly once, late outcomes are void',
    async () => {
      const w = await world();
      await w.publish(0, 1_000);
      const first = new Member(w);
      first.settling = false;
      await first.start();
      await until(() => first.taken === 1_000);
      const second = new Member(w);
      await second.start();
      await until(() => (second.consumer.assignment?.partitions.length ?? 0) === 6 && first.revoked.length > 0);
      const late = first.batches.filter(({ generation }) => first.revoked.includes(generation));
      for (const batch of late) {
        expect(
          first.consumer.settle(
            batch,
            batch.records.map(({ offset, key }) => [offset, key]),
          ),
        ).toBeNull();
      }
      first.settleAll();
      await w.publish(1_000, 1_000);
      await second.consumer.stop();
      await w.publish(2_000, 500);
      await atEnd(w);
      expect([...w.counted].sort()).toEqual(keys(0, 2_500));
      expect([...first.crashes, ...second.crashes]).toEqual([]);
    },
    patience,
  );

  it(
    'hands over what cannot be decoded and tombstones like any other record',
    async () => {
      const w = await world();
      const producer = w.cluster.client.producer({ allowAutoTopicCreation: false });
      await producer.connect();
      await producer.send({
        topic: `${w.prefix}.activities`,
        messages: [
          { key: 'c1:a', value: 'no frame', partition: 0, headers: { one: '1' } },
          { key: 'c1:b', value: Buffer.from([0, 0x7f, 0, 0, 0, 1]), partition: 0 },
          { key: 'c1:c', value: null, partition: 0 },
        ],
      });
      await producer.disconnect();
      const member = new Member(w);
      await member.start();
      await atEnd(w);
      expect(member.batches.flatMap(({ records }) => records)).toMatchObject([
        { key: 'c1:a', headers: { one: '1' }, undecodable: { code: 'record.not_framed', schemaId: null } },
        { key: 'c1:b', undecodable: { code: 'record.unknown_schema', schemaId: 0x7f000000 } },
        { key: 'c1:c', value: null },
      ]);
      expect(w.counted).toEqual(['c1:a', 'c1:b', 'c1:c']);
    },
    patience,
  );

  it(
    'passes over aborted transactions, also at the end',
    async () => {
      const w = await world();
      const producer = w.cluster.client.producer({
        transactionalId: `${w.prefix}.other`,
        allowAutoTopicCreation: false,
      });
      await producer.connect();
      const member = new Member(w);
      await member.start();
      await w.publish(0, 50);
      const transaction = await producer.transaction();
      const messages = [...Array(12).keys()].map((partition) => ({ key: 'x', value: 'never', partition }));
      await transaction.send({ topic: `${w.prefix}.activities`, messages });
      await transaction.abort();
      await producer.disconnect();
      await atEnd(w);
      expect([...w.counted].sort()).toEqual(keys(0, 50));
    },
    patience,
  );

  it(
    'stops when a topic ends before the stored position',
    async () => {
      const w = await world();
      w.stored.set(5, 1_000);
      const member = new Member(w);
      await member.start();
      await until(() => member.crashes.length > 0);
      expect(member.crashes).toMatchObject([{ code: 'kafka.topic_recreated', disposition: 'halt' }]);
      expect(member.batches).toEqual([]);
    },
    patience,
  );

  it(
    'stops when its topic is deleted and created anew while it runs',
    async () => {
      const w = await world();
      await w.publish(0, 200);
      const member = new Member(w);
      await member.start();
      await atEnd(w);
      await recreateTopics(w.cluster, 'activities');
      await until(() => member.crashes.length > 0);
      expect(member.crashes).toMatchObject([{ code: 'kafka.topic_recreated', disposition: 'halt' }]);
    },
    patience,
  );

  it(
    'passes over records that expired unread, and says so in an advance without outcomes',
    async () => {
      const w = await world();
      const member = new Member(w);
      await member.start();
      await until(() => member.consumer.assignment !== null);
      member.consumer.hold(2);
      await w.publish(0, 600);
      const offset = 20;
      const topic = `${w.prefix}.activities`;
      await w.cluster.admin((admin) =>
        admin.deleteTopicRecords({ topic, partitions: [{ partition: 2, offset: String(offset) }] }),
      );
      member.consumer.release(2);
      await atEnd(w);
      const taken = member.batches.filter(({ partition }) => partition === 2).flatMap(({ records }) => records);
      expect(taken[0]?.offset).toBe(offset);
      expect(new Set(w.counted).size).toBe(w.counted.length);
      expect(w.counted.length).toBeGreaterThanOrEqual(600 - offset);
      expect(w.counted.length).toBeLessThan(600);
      expect(member.crashes).toEqual([]);
    },
    patience,
  );

  it(
    'tells a batch as reached only when the handler has taken it, and then with the marker behind it',
    async () => {
      const w = await world();
      await w.publish(0, 100);
      const member = new Member(w);
      const early: number[] = [];
      await member.consumer.start(async ({ partition, records }) => {
        await delay(20);
        early.push((member.consumer.reached.get(partition) ?? 0) - (records[0]?.offset ?? 0));
      });
      await until(() => early.length === 12);
      expect(early).toEqual(Array(12).fill(0));
      const ends = await endOffsets(w.cluster, 'activities');
      await until(() => [...ends].every(([partition, end]) => member.consumer.reached.get(partition) === end));
    },
    patience,
  );

  it(
    'reports a handler that throws, once',
    async () => {
      const w = await world();
      await w.publish(0, 100);
      const member = new Member(w);
      await member.consumer.start(() => {
        throw new TypeError('a bug');
      });
      await until(() => member.crashes.length > 0);
      await delay(500);
      expect(member.crashes).toMatchObject([{ code: 'kafka.consumer_crashed', disposition: 'halt' }]);
      expect(w.counted).toEqual([]);
    },
    patience,
  );

  it(
    'holds a partition back on demand and asks again when the stored positions are not to be had',
    async () => {
      const w = await world();
      await w.publish(0, 300);
      const { isPortageError: _, PortageError: Failure } = await import('@portage/platform');
      let asked = 0;
      const member = new Member(w, {
        positions: () => {
          if (asked++ > 0) return Promise.resolve(new Map());
          return Promise.reject(
            new Failure({ code: 'database.down', disposition: 'retry', message: 'The database is down.' }),
          );
        },
      });
      await member.start();
      await until(() => member.consumer.assignment !== null);
      member.consumer.hold(2);
      await w.publish(300, 300);
      await until(() => w.counted.length > 400);
      await delay(700);
      const before = new Set(
        member.batches.filter(({ partition }) => partition === 2).flatMap(({ records }) => records),
      );
      member.consumer.release(2);
      await atEnd(w);
      expect(asked).toBe(2);
      expect(w.counted).toHaveLength(600);
      expect(before.size).toBeLessThan(100);
    },
    patience,
  );
});
