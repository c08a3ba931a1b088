import { planTopic, topicSpecs, type TopicSpec, type TopicState } from './index.js';

function spec(name: string, brokers = 1): TopicSpec {
  const found = topicSpecs('portage', brokers).find((candidate) => candidate.name === `portage.${name}`);
  if (!found) throw new Error(name);
  return found;
}

function asItShouldBe({ partitions, replication, config }: TopicSpec): TopicState {
  return { partitions, replication, config: { ...config, 'segment.ms': '1000' } };
}

const days = (ms: string | undefined) => Number(ms) / 86_400_000;

describe('topics', () => {
  it.each([
    ['lists', 1, 'compact'],
    ['contacts', 12, 'compact'],
    ['suppressions', 12, 'compact'],
    ['activities', 12, 'delete'],
    ['marks', 1, 'compact'],
    ['dead-letters', 3, 'delete'],
  ])('%s has %i partitions and the policy %s', (name, partitions, policy) => {
    expect(spec(name)).toMatchObject({ partitions, config: { 'cleanup.policy': policy } });
  });

  it('keep what they promise: deletions a week, activities 400 days, dead letters 90', () => {
    expect(days(spec('contacts').config['delete.retention.ms'])).toBe(7);
    expect(days(spec('contacts').config['max.compaction.lag.ms'])).toBe(7);
    expect(days(spec('activities').config['retention.ms'])).toBe(400);
    expect(days(spec('dead-letters').config['retention.ms'])).toBe(90);
  });

  it.each([
    [1, 1, '1'],
    [2, 2, '1'],
    [3, 3, '2'],
    [7, 3, '2'],
  ])('on %i brokers have %i replicas, of which %s must be in sync', (brokers, replication, inSync) => {
    for (const made of topicSpecs('p', brokers)) {
      expect(made).toMatchObject({ replication, config: { 'min.insync.replicas': inSync } });
    }
  });
});

describe('planTopic', () => {
  it('creates what is missing and keeps what is right', () => {
    expect(planTopic(spec('lists'), null)).toEqual({ kind: 'create' });
    for (const made of topicSpecs('portage', 3)) expect(planTopic(made, asItShouldBe(made))).toEqual({ kind: 'keep' });
  });

  it.each([1, 11, 13, 24])(
    'refuses to give a keyed topic another number of partitions than the %i it has',
    (partitions) => {
      const contacts = spec('contacts');
      const plan = planTopic(contacts, { ...asItShouldBe(contacts), partitions });
      expect(plan).toMatchObject({ kind: 'refuse' });
      expect(JSON.stringify(plan)).toContain(`it has ${partitions} partitions instead of 12`);
    },
  );

  it('adds partitions to a topic without keys, but takes none away', () => {
    const letters = spec('dead-letters');
    expect(planTopic(letters, { ...asItShouldBe(letters), partitions: 1 })).toEqual({ kind: 'grow', partitions: 3 });
    expect(planTopic(letters, { ...asItShouldBe(letters), partitions: 6 })).toEqual({ kind: 'keep' });
  });

  it('refuses to go on with too few replicas', () => {
    const lists = spec('lists', 3);
    expect(planTopic(lists, { ...asItShouldBe(lists), replication: 1 })).toMatchObject({ kind: 'refuse' });
  });

  it('names settings that drifted, and only those', () => {
    const lists = spec('lists');
    const state = asItShouldBe(lists);
    const plan = planTopic(lists, { ...state, config: { ...state.config, 'cleanup.policy': 'delete' } });
    expect(plan).toEqual({
      kind: 'configure',
      config: { 'cleanup.policy': 'compact' },
      words: ['cleanup.policy is delete instead of compact'],
    });
  });
});
