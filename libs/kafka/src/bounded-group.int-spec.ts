import { applyTopics, BoundedGroup, consumerGroups } from './index.js';
import { testKafka, type TestKafka } from '../../../test/kafka.js';

describe('the group of a bounded reader', () => {
  let kafka: TestKafka;

  beforeAll(async () => {
    kafka = testKafka('bounded-group');
    await applyTopics(kafka.cluster, { correct: true });
  });
  afterAll(() => kafka.cluster.close());

  const seen = async (id: string) => (await consumerGroups(kafka.cluster)).find((group) => group.id === id);

  it('keeps positions without a member, and is gone when it is removed', async () => {
    const group = new BoundedGroup(kafka.cluster, `${kafka.prefix}.replay.r1`);
    await group.remove();
    await group.commit('contacts', new Map([[3, 7]]));
    await group.commit('contacts', new Map([[4, 9]]));
    expect(await seen(group.id)).toEqual({
      id: group.id,
      members: 0,
      committed: new Map([
        [
          'contacts',
          new Map([
            [3, 7],
            [4, 9],
          ]),
        ],
      ]),
      attended: new Map(),
      assigned: new Map(),
    });
    await group.remove();
    expect(await seen(group.id)).toBeUndefined();
  });
});
