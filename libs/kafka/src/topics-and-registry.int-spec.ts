import kafkajs from 'kafkajs';
import { createLogger, sleep } from '@portage/platform';
import { codecOf, TOPICS } from '@portage/records';
import { testKafka } from '../../../test/kafka.js';
import { applyTopics, KafkaCluster, RecordWriter, SchemaRegistry } from './index.js';

const patience = 60_000;

const { prefix, cluster, registry } = testKafka('topics');
afterAll(() => cluster.close());

async function outcomes(correct = false): Promise<Record<string, string>> {
  const reports = await applyTopics(cluster, { correct });
  return Object.fromEntries(reports.map(({ name, outcome }) => [name.slice(prefix.length + 1), outcome]));
}

/** A change is acknowledged before the brokers show it. */
async function untilShown(isShown: () => Promise<boolean>): Promise<void> {
  while (!(await isShown())) await sleep(50);
}

const all = (outcome: string): Record<string, string> => Object.fromEntries(TOPICS.map((topic) => [topic, outcome]));

async function configure(topic: string, settings: Record<string, string>): Promise<void> {
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: `${prefix}.${topic}`, configEntries }];
  await cluster.admin<unknown>((admin) => admin.alterConfigs({ validateOnly: false, resources }));
}

async function settingsOf(topic: string): Promise<Record<string, string>> {
  const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: `${prefix}.${topic}` }];
  const answer = await cluster.admin((admin) => admin.describeConfigs({ includeSynonyms: false, resources }));
  return Object.fromEntries(
    (answer.resources[0]?.configEntries ?? []).map((entry) => [entry.configName, entry.configValue]),
  );
}

async function partitionsOf(topic: string): Promise<number | undefined> {
  const { topics } = await cluster.admin((admin) => admin.fetchTopicMetadata({ topics: [topic] }));
  return topics[0]?.partitions.length;
}

describe('applyTopics', () => {
  it(
    'creates all topics, also when several do so at once, and then changes nothing',
    async () => {
      const [one, two] = await Promise.all([outcomes(), outcomes()]);
      for (const topic of TOPICS) expect([one[topic], two[topic]]).toContain('created');
      expect(await outcomes()).toEqual(all('unchanged'));
    },
    patience,
  );

  it(
    'reports drift, corrects it only on request, and leaves what it does not care about',
    async () => {
      await configure('activities', {
        'retention.ms': '1000',
        'cleanup.policy': 'delete',
        'min.insync.replicas': '1',
        'segment.ms': '5000',
      });
      await untilShown(async () => (await settingsOf('activities'))['segment.ms'] === '5000');
      expect(await outcomes()).toMatchObject({ ...all('unchanged'), activities: 'drifted' });
      expect((await settingsOf('activities'))['retention.ms']).toBe('1000');
      expect(await outcomes(true)).toMatchObject({ activities: 'corrected' });
      expect(await settingsOf('activities')).toMatchObject({
        'retention.ms': String(400 * 86_400_000),
        'segment.ms': '5000',
      });
      expect(await outcomes()).toEqual(all('unchanged'));
    },
    patience,
  );

  it(
    'refuses a keyed topic with another number of partitions, and lets an unkeyed one grow',
    async () => {
      const topicPartitions = [
        { topic: `${prefix}.contacts`, count: 13 },
        { topic: `${prefix}.dead-letters`, count: 5 },
      ];
      await cluster.admin((admin) => admin.createPartitions({ topicPartitions }));
      for (const { topic, count } of topicPartitions)
        await untilShown(async () => (await partitionsOf(topic)) === count);
      const reports = await applyTopics(cluster, { correct: true });
      expect(reports.filter(({ outcome }) => outcome !== 'unchanged')).toMatchObject([
        {
          name: `${prefix}.contacts`,
          outcome: 'refused',
          words: [expect.stringContaining('13 partitions instead of 12')],
        },
      ]);
    },
    patience,
  );
});

describe('SchemaRegistry', () => {
  it(
    'knows nothing before the schemas are registered, and says what to do',
    async () => {
      await expect(registry.idOf('lists')).rejects.toMatchObject({
        code: 'registry.schema_missing',
        message: expect.stringContaining('npm run schemas:register'),
      });
      expect(await registry.check('lists')).toEqual({ compatible: true, words: [] });
      expect(await registry.schemaOf(2_000_000)).toBeNull();
    },
    patience,
  );

  it(
    'gives every schema an id that stays, under which its text is found',
    async () => {
      for (const topic of TOPICS) {
        const id = await registry.register(topic);
        expect(await registry.register(topic)).toBe(id);
        expect(await registry.idOf(topic)).toBe(id);
        expect(codecOf(topic).decoder((await registry.schemaOf(id)) ?? '')).toBeInstanceOf(Function);
        expect(await registry.check(topic)).toEqual({ compatible: true, words: [] });
      }
      await expect(RecordWriter.create(registry, TOPICS)).resolves.toBeInstanceOf(RecordWriter);
    },
    patience,
  );

  it(
    'keeps the subjects at FULL_TRANSITIVE, so that a change that breaks an old reader is refused',
    async () => {
      const { url, headers } = {
        url: process.env['SCHEMA_REGISTRY_URL'],
        headers: { 'content-type': 'application/json' },
      };
      const subject = registry.subjectOf('marks');
      const level = (await (await fetch(`${url}/config/${subject}`)).json()) as Record<string, string>;
      expect(level['compatibilityLevel']).toBe('FULL_TRANSITIVE');
      const schema = JSON.parse(codecOf('marks').schema) as { fields: object[] };
      schema.fields.push({ name: 'required', type: 'string' });
      const body = JSON.stringify({ schema: JSON.stringify(schema) });
      const answer = await fetch(`${url}/subjects/${subject}/versions`, { method: 'POST', headers, body });
      expect(answer.status).toBe(409);
    },
    patience,
  );

  it(
    'finds what does not go together with a version that others registered',
    async () => {
      const { url, headers } = {
        url: process.env['SCHEMA_REGISTRY_URL'],
        headers: { 'content-type': 'application/json' },
      };
      const other = new SchemaRegistry({ url: url ?? '', username: null, password: null }, `${prefix}-other`);
      const subject = other.subjectOf('marks');
      const schema = JSON.parse(codecOf('marks').schema) as { fields: object[] };
      schema.fields.push({ name: 'required', type: 'string' });
      await fetch(`${url}/subjects/${subject}/versions`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ schema: JSON.stringify(schema) }),
      });
      expect(await other.check('marks')).toMatchObject({
        compatible: false,
        words: [expect.stringContaining('not kept at FULL_TRANSITIVE')],
      });
      await fetch(`${url}/config/${subject}`, {
        method: 'PUT',
        headers,
        body: JSON.stringify({ compatibility: 'FULL_TRANSITIVE' }),
      });
      const verdict = await other.check('marks');
      expect(verdict.compatible).toBe(false);
      expect(verdict.words[0]).toBe('It does not go together with version 1.');
      await expect(other.register('marks')).rejects.toMatchObject({
        code: 'registry.incompatible',
        disposition: 'halt',
      });
    },
    patience,
  );

  it(
    'tells a registry that is not there from one that does not know',
    async () => {
      const nowhere = new SchemaRegistry({ url: 'http://127.0.0.1:9', username: null, password: null }, prefix);
      for (const call of [() => nowhere.idOf('lists'), () => nowhere.schemaOf(1), () => nowhere.register('lists')]) {
        await expect(call()).rejects.toMatchObject({
          code: 'registry.unreachable',
          disposition: 'retry',
          message: 'The schema registry cannot be reached at 127.0.0.1:9; check SCHEMA_REGISTRY_URL.',
        });
      }
    },
    patience,
  );
});

it(
  'a broker that is not there is named with the variable that says where it should be',
  async () => {
    const config = { brokers: ['127.0.0.1:9'], clientId: 'test', topicPrefix: prefix, ssl: false, sasl: null };
    const nowhere = new KafkaCluster(config, createLogger('test', 'silent'));
    await expect(nowhere.check()).rejects.toMatchObject({
      code: 'kafka.unreachable',
      disposition: 'retry',
      message: 'Kafka cannot be reached at 127.0.0.1:9; check KAFKA_BROKERS and that the brokers are running.',
    });
    await nowhere.close();
  },
  patience,
);
