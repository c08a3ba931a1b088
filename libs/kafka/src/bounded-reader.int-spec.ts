import { setTimeout as delay } from 'node:timers/promises';
import { activityRecord, listRecord, testKafka } from '../../../test/kafka.js';
import {
  applyTopics,
  type BoundedRead,
  endOffsets,
  Publisher,
  readBounded,
  RecordWriter,
  TransactionalPublisher,
} from './index.js';

const patience = 60_000;

const { prefix, cluster, registry } = testKafka('bounded');
let writer: RecordWriter;
let publisher: TransactionalPublisher;

beforeAll(async () => {
  await applyTopics(cluster, { correct: false });
  await registry.register('activities');
  await registry.register('lists');
  writer = await RecordWriter.create(registry, ['activities', 'lists']);
  publisher = await TransactionalPublisher.open(cluster, {
    writer,
    transactionalId: `${prefix}.c1`,
    deadlineMs: 20_000,
  });
}, patience);
afterAll(async () => {
  await publisher.close();
  await cluster.close();
}, patience);

async function read<T extends 'lists' | 'activities'>(topic: T, options: Partial<BoundedRead<T>> = {}) {
  const keys: string[] = [];
  const result = await readBounded<T>({
    cluster,
    registry,
    topic,
    from: 'start',
    signal: new AbortController().signal,
    onRecords: (_, records) => Promise.resolve(void keys.push(...records.map(({ key }) => key))),
    ...options,
  });
  return { keys, ...result };
}

describe('readBounded', () => {
  it(
    'ends at once on an empty topic',
    async () => {
      expect(await read('lists')).toMatchObject({ keys: [], ends: new Map([[0, 0]]) });
    },
    patience,
  );

  it(
    'reads what is there when it starts, from all partitions, and nothing that comes later',
    async () => {
      await publisher.publish([...Array(400).keys()].map(activityRecord));
      const before = await endOffsets(cluster, 'activities');
      const keys = new Set<string>();
      const { read: count, ends } = await read('activities', {
        onRecords: async (_, records) => {
          if (keys.size === 0) await publisher.publish([...Array(50).keys()].map((n) => activityRecord(1_000 + n)));
          for (const { key } of records) keys.add(key);
        },
      });
      expect([count, keys.size]).toEqual([400, 400]);
      // At most one more: the marker of the first page may have been on its way.
      for (const [partition, end] of before) expect([end, end + 1]).toContain(ends.get(partition));
    },
    patience,
  );

  it(
    'reads from given offsets, only those partitions, up to given ends',
    async () => {
      const from = new Map([
        [3, 10],
        [7, 0],
      ]);
      const to = new Map([
        [3, 15],
        [7, 4],
      ]);
      expect((await read('activities', { from, to })).keys).toHaveLength(9);
    },
    patience,
  );

  it(
    'waits for a running transaction below the end, and passes over it when it is aborted',
    async () => {
      const producer = cluster.client.producer({ transactionalId: `${prefix}.open`, allowAutoTopicCreation: false });
      await producer.connect();
      const transaction = await producer.transaction();
      await transaction.send({
        topic: `${prefix}.lists`,
        messages: [{ key: 'c1:never', value: 'never', partition: 0 }],
      });
      await publisher.publish([listRecord('after')]);
      let done = false;
      const reading = read('lists').finally(() => (done = true));
      await delay(1_500);
      expect(done).toBe(false);
      await transaction.abort();
      expect((await reading).keys).toEqual(['c1:after']);
      await producer.disconnect();
    },
    patience,
  );

  it(
    'begins where a partition still has records when older ones have expired',
    async () => {
      const plain = await Publisher.open(cluster, writer, 10_000);
      const [first] = await plain.send([1, 1, 1, 1].map(activityRecord));
      await plain.close();
      const { partition, firstOffset } = first ?? { partition: 0, firstOffset: 0 };
      const partitions = [{ partition, offset: String(firstOffset + 2) }];
      await cluster.admin((admin) => admin.deleteTopicRecords({ topic: `${prefix}.activities`, partitions }));
      expect((await read('activities', { from: new Map([[partition, 0]]) })).keys).toEqual(['c1:p1', 'c1:p1']);
    },
    patience,
  );

  it(
    'stops when it is told to',
    async () => {
      const abort = new AbortController();
      const onRecords = () => Promise.resolve(abort.abort());
      await expect(read('activities', { signal: abort.signal, onRecords })).rejects.toMatchObject({
        name: 'AbortError',
      });
    },
    patience,
  );

  it(
    'is in no group',
    async () => {
      const { groups } = await cluster.admin((admin) => admin.listGroups());
      expect(groups.filter(({ groupId }) => groupId.startsWith(prefix))).toEqual([]);
      expect((await endOffsets(cluster, 'lists')).get(0)).toBeGreaterThan(0);
    },
    patience,
  );
});
