import {
  applyTopics,
  KafkaCluster,
  kafkaConfigOf,
  type Outgoing,
  registryConfigOf,
  SchemaRegistry,
} from '@portage/kafka';
import { createLogger, loadConfig, sleep } from '@portage/platform';
import { type Activity, contactKey, dedupKey, type List, listKey, type Meta, type Topic } from '@portage/records';
import { createTopicPrefix, testServers } from './servers.js';

export interface TestKafka {
  readonly prefix: string;
  readonly cluster: KafkaCluster;
  readonly registry: SchemaRegistry;
}

/** Kafka and registry of this test run, under a topic prefix of the test's own. Close the cluster afterwards. */
export function testKafka(name: string): TestKafka {
  const prefix = createTopicPrefix(name);
  const { kafka, schemaRegistry } = testServers();
  const env = loadConfig({ KAFKA_BROKERS: kafka, SCHEMA_REGISTRY_URL: schemaRegistry, TOPIC_PREFIX: prefix });
  const cluster = new KafkaCluster(kafkaConfigOf(env, 'test'), createLogger('test', 'silent'));
  return { prefix, cluster, registry: new SchemaRegistry(registryConfigOf(env), prefix) };
}

/** Deletes topics and creates them anew: others of the same name. A deletion is acknowledged before the brokers show it. */
export async function recreateTopics(cluster: KafkaCluster, ...topics: readonly Topic[]): Promise<void> {
  const names = topics.map((topic) => cluster.topicName(topic));
  await cluster.admin((admin) => admin.deleteTopics({ topics: names }));
  const left = () => cluster.admin((admin) => admin.listTopics());
  while ((await left()).some((name) => names.includes(name))) await sleep(50);
  await applyTopics(cluster, { correct: false });
}

/** Records are stamped with it, and Kafka removes what is older than a topic keeps: it has to be of today. */
const observedAt = Date.now();

export const meta: Meta = {
  op: 'upsert',
  connectionId: 'c1',
  accountId: 'a1',
  runId: 'r1',
  observedAt,
  version: 1,
};

/** Distinct for distinct numbers; keys spread over the partitions. */
export function activity(n: number): Activity {
  const happening = {
    type: 'opened' as const,
    campaignActivityId: 'm1',
    contactId: `p${n}`,
    createdAt: n,
    urlId: null,
  };
  return {
    ...happening,
    meta,
    campaignId: 'k1',
    campaignName: 'Spring letter',
    subject: 'Flowers',
    email: `person${n}@example.org`,
    url: null,
    device: 'mobile',
    bounceCode: null,
    optOutReason: null,
    dedupKey: dedupKey(happening, 0),
  };
}

export function activityRecord(n: number): Outgoing {
  const value = activity(n);
  return { topic: 'activities', key: contactKey(value), value, timestamp: meta.observedAt };
}

export function listRecord(listId: string, name = 'News'): Outgoing {
  const value: List = {
    meta,
    listId,
    name,
    description: null,
    favorite: false,
    createdAt: null,
    updatedAt: null,
    deletedAt: null,
    membershipCount: 0,
  };
  return { topic: 'lists', key: listKey(value), value, timestamp: meta.observedAt };
}
