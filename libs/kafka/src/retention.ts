import kafkajs from 'kafkajs';
import { type Topic } from '@portage/records';
import { type KafkaCluster } from './cluster.js';

/** After how many milliseconds records of these topics are removed. Topics that keep their records are absent. */
export async function retentionOf(
  cluster: KafkaCluster,
  topics: readonly Topic[],
): Promise<ReadonlyMap<Topic, number>> {
  if (topics.length === 0) return new Map();
  const { resources } = await cluster.admin((admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map((topic) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: cluster.topicName(topic),
        configNames: ['cleanup.policy', 'retention.ms'],
      })),
    }),
  );
  const found = new Map<Topic, number>();
  for (const topic of topics) {
    const resource = resources.find(({ resourceName }) => resourceName === cluster.topicName(topic));
    const valueOf = (name: string): string | undefined =>
      resource?.configEntries.find(({ configName }) => configName === name)?.configValue;
    const retention = Number(valueOf('retention.ms') ?? -1);
    // -1: without end.
    if (valueOf('cleanup.policy')?.includes('delete') && retention >= 0) found.set(topic, retention);
  }
  return found;
}
