import { leaveOpen } from '../../../test/forgotten-transaction.js';
import { activity, activityRecord, listRecord, meta, testKafka } from '../../../test/kafka.js';
import { applyTopics, endOffsets, offsetsAt, readBounded, RecordWriter, TransactionalPublisher } from './index.js';
import { type TakenRecord } from './consuming/taken.js';

const patience = 60_000;

const { prefix, cluster, registry } = testKafka('publishing');
const signal = new AbortController().signal;
let writer: RecordWriter;

beforeAll(async () => {
  await applyTopics(cluster, { correct: false });
  await registry.register('activities');
  await registry.register('lists');
  writer = await RecordWriter.create(registry, ['activities', 'lists']);
}, patience);
afterAll(() => cluster.close());

function open(id: string): Promise<TransactionalPublisher> {
  return TransactionalPublisher.open(cluster, { writer, transactionalId: `${prefix}.${id}`, deadlineMs: 20_000 });
}

async function readLists(): Promise<TakenRecord<unknown>[]> {
  const all: TakenRecord<unknown>[] = [];
  const onRecords = (_: number, records: readonly TakenRecord<unknown>[]) => Promise.resolve(void all.push(...records));
  // It waits for whatever is open, and must not do so for ever.
  const patient = AbortSignal.timeout(20_000);
  await readBounded({ cluster, registry, topic: 'lists', from: 'start', onRecords, signal: patient });
  return all;
}

describe('TransactionalPublisher', () => {
  it(
    'publishes a page over several topics, each key in its own partition, with key, time and headers',
    async () => {
      const publisher = await open('pages');
      const page = [...Array(50).keys()].map(activityRecord);
      const headers = { cursor: '7' };
      const published = await publisher.publish([{ ...listRecord('l1'), headers }, ...page]);
      expect(new Set(published.map(({ topic }) => topic))).toEqual(
        new Set([`${prefix}.lists`, `${prefix}.activities`]),
      );

      const read = new Map<string, number>();
      await readBounded({
        cluster,
        registry,
        topic: 'activities',
        from: 'start',
        signal,
        onRecords: (partition, records) => {
          for (const { key } of records) read.set(key, partition);
          return Promise.resolve();
        },
      });
      expect(read.size).toBe(50);
      expect(new Set(read.values()).size).toBeGreaterThan(6);
      expect(await readLists()).toMatchObject([{ key: 'c1:l1', timestamp: meta.observedAt, headers }]);
      await publisher.close();
    },
    patience,
  );

  it(
    'fences the former holder of its id, whose page nobody sees',
    async () => {
      const first = await open('fenced');
      await first.publish([listRecord('l1', 'before')]);
      const second = await open('fenced');
      await expect(first.publish([listRecord('l1', 'late')])).rejects.toMatchObject({
        code: 'kafka.fenced',
        disposition: 'halt',
      });
      await second.publish([listRecord('l1', 'after')]);
      const names = (await readLists()).map((record) =>
        'value' in record ? (record.value as { name: string }).name : '',
      );
      expect(names.slice(-2)).toEqual(['before', 'after']);
      await first.close();
      await second.close();
    },
    patience,
  );

  it(
    'ends what its former holder left open and the coordinator has forgotten (invariant 1)',
    async () => {
      await (await open('forgotten')).close();
      const before = (await readLists()).length;
      await leaveOpen(cluster, 'lists', `${prefix}.forgotten`);
      const options = { writer, transactionalId: `${prefix}.forgotten`, deadlineMs: 20_000 };
      await (await TransactionalPublisher.open(cluster, { ...options, leftovers: ['lists', 'activities'] })).close();
      const publisher = await open('other');
      await publisher.publish([listRecord('l1', 'readable')]);
      await publisher.close();
      expect((await readLists()).slice(before)).toMatchObject([{ value: { name: 'readable' } }]);
    },
    patience,
  );

  it(
    'refuses a page with a record that is too large, publishes nothing of it, and goes on',
    async () => {
      const publisher = await open('large');
      const before = (await readLists()).length;
      const large = {
        ...listRecord('l2'),
        value: { ...(listRecord('l2').value as object), description: 'x'.repeat(2e6) },
      };
      await expect(publisher.publish([listRecord('l3'), large as never])).rejects.toMatchObject({
        code: 'kafka.record_too_large',
        disposition: 'dead-letter',
      });
      await publisher.publish([listRecord('l4')]);
      expect((await readLists()).slice(before)).toMatchObject([{ key: 'c1:l4' }]);
      await publisher.close();
    },
    patience,
  );

  it(
    'publishes a page that is too large for one request in several, as one transaction',
    async () => {
      const publisher = await open('wide');
      const before = (await readLists()).length;
      const wide = Array.from({ length: 12 }, (_, n) => ({
        ...listRecord(`w${n}`),
        value: { ...(listRecord(`w${n}`).value as object), description: `${n}`.repeat(200_000) },
      }));
      const published = await publisher.publish(wide as never);
      expect(published).toHaveLength(1);
      const read = (await readLists()).slice(before);
      expect(read.map(({ key }) => key)).toEqual(wide.map(({ key }) => key));
      await publisher.close();
    },
    patience,
  );

  it(
    'names the fields of a record that is wrong and stays usable',
    async () => {
      const publisher = await open('wrong');
      const wrong = { ...activityRecord(1), value: { ...activity(1), createdAt: 'yesterday' } };
      await expect(publisher.publish([wrong as never])).rejects.toThrow('does not fit its schema at createdAt');
      await publisher.publish([listRecord('l5')]);
      await publisher.close();
    },
    patience,
  );

  it(
    'gives a page up at its deadline',
    async () => {
      const options = { writer, transactionalId: `${prefix}.slow`, deadlineMs: 1 };
      await expect(TransactionalPublisher.open(cluster, options)).rejects.toMatchObject({
        code: 'kafka.publisher_lost',
        disposition: 'retry',
      });
    },
    patience,
  );

  it(
    'passes an abort on',
    async () => {
      const publisher = await open('aborted');
      await expect(publisher.publish([listRecord('l6')], AbortSignal.abort())).rejects.toMatchObject({
        name: 'AbortError',
      });
      await publisher.close();
    },
    patience,
  );
});

it(
  'offsetsAt finds the first record that is not older, or the end',
  async () => {
    const last = (await endOffsets(cluster, 'lists')).get(0) ?? 0;
    expect((await offsetsAt(cluster, 'lists', meta.observedAt)).get(0)).toBe(0);
    expect((await offsetsAt(cluster, 'lists', Date.now() + 60_000)).get(0)).toBeGreaterThanOrEqual(last);
  },
  patience,
);
