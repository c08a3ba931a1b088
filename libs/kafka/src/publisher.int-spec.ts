import { listRecord, testKafka } from '../../../test/kafka.js';
import { applyTopics, Publisher, RecordWriter } from './index.js';

const patience = 60_000;
const { prefix, cluster, registry } = testKafka('publisher');

afterAll(() => cluster.close());

it(
  'publishes without a transaction and says where',
  async () => {
    await applyTopics(cluster, { correct: false });
    await registry.register('lists');
    const publisher = await Publisher.open(cluster, await RecordWriter.create(registry, ['lists']), 10_000);
    const sent = [await publisher.send([listRecord('l1')]), await publisher.send([listRecord('l2'), listRecord('l3')])];
    const place = { topic: `${prefix}.lists`, partition: 0 };
    expect(sent).toEqual([
      [expect.objectContaining({ ...place, firstOffset: 0 })],
      [expect.objectContaining({ ...place, firstOffset: 1 })],
    ]);
    await publisher.close();
  },
  patience,
);
