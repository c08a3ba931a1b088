import { type Consumer } from 'kafkajs';
import { type KafkaCluster, type Outgoing, RecordWriter, TransactionalPublisher } from '@portage/kafka';
import { type Topic } from '@portage/records';
import { activityRecord, type TestKafka } from '../kafka.js';

/** Publishes as a poller does: one page, one transaction, so that every page ends in a marker. */
export async function openPublisher({ prefix, cluster, registry }: TestKafka): Promise<TransactionalPublisher> {
  await registry.register('activities');
  const writer = await RecordWriter.create(registry, ['activities']);
  return TransactionalPublisher.open(cluster, { writer, transactionalId: `${prefix}.lag`, deadlineMs: 20_000 });
}

export function activitiesAt(timestamp: number, count: number, first = 0): Outgoing[] {
  return [...Array(count).keys()].map((n) => ({ ...activityRecord(first + n), timestamp }));
}

/** Commits for a group that has no member, as Kafka's own tool does; the client's way to do so takes seconds. */
export async function commit(
  cluster: KafkaCluster,
  groupId: string,
  topic: Topic,
  offsets: Iterable<readonly [partition: number, offset: number]>,
): Promise<void> {
  const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }));
  await cluster.internal(async (internal) => {
    const coordinator = await (internal as unknown as Coordinators).findGroupCoordinator({ groupId });
    const topics = [{ topic: cluster.topicName(topic), partitions }];
    await coordinator.offsetCommit({ groupId, groupGenerationId: -1, memberId: '', topics });
  });
}

interface Coordinators {
  findGroupCoordinator(of: { readonly groupId: string }): Promise<{ offsetCommit(request: object): Promise<unknown> }>;
}

/** A member that takes part and never commits. */
export async function idleMember(cluster: KafkaCluster, groupId: string, topic: Topic): Promise<Consumer> {
  const consumer = cluster.client.consumer({ groupId, sessionTimeout: 10_000 });
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.connect();
  await consumer.subscribe({ topics: [cluster.topicName(topic)] });
  await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
  await joined;
  return consumer;
}
