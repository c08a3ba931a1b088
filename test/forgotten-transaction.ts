import { type Admin, ConfigResourceTypes, type ResourceConfigQuery } from 'kafkajs';
import { type KafkaCluster } from '@portage/kafka';
import { isPortageError, sleep } from '@portage/platform';
import { type Topic } from '@portage/records';

/** Of the client's own connection to a broker, what it takes to write as no well-behaved producer does. */
interface Broker {
  initProducerId(of: object): Promise<{ readonly producerId: string; readonly producerEpoch: number }>;
  produce(request: object): Promise<unknown>;
}

interface Brokers {
  addTargetTopic(topic: string): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
  findBroker(of: { readonly nodeId: string }): Promise<Broker>;
  findGroupCoordinator(of: { readonly groupId: string; readonly coordinatorType: number }): Promise<Broker>;
}

const TRANSACTION = 1;

/** Leaves a tombstone on a topic's first partition in a transaction of that id of which the coordinator knows nothing. */
export async function leaveOpen(cluster: KafkaCluster, topic: Topic, transactionalId: string): Promise<void> {
  // Another test may turn the brokers' verification back on meanwhile, so it is tried until it is taken.
  while (!(await isTaken(cluster, topic, transactionalId)));
}

async function isTaken(cluster: KafkaCluster, topic: Topic, transactionalId: string): Promise<boolean> {
  try {
    await verifyTransactions(cluster, false);
    await cluster.internal((internal) =>
      produceUnasked(internal as unknown as Brokers, cluster.topicName(topic), transactionalId),
    );
    return true;
  } catch (error) {
    if (isPortageError(error) && error.details['type'] === 'INVALID_TXN_STATE') return false;
    throw error;
  } finally {
    await verifyTransactions(cluster, true);
  }
}

async function produceUnasked(brokers: Brokers, topic: string, transactionalId: string): Promise<void> {
  await brokers.addTargetTopic(topic);
  const of = { groupId: transactionalId, coordinatorType: TRANSACTION };
  const coordinator = await brokers.findGroupCoordinator(of);
  const producer = await coordinator.initProducerId({ transactionalId, transactionTimeout: 20_000 });
  const [nodeId = ''] = Object.keys(brokers.findLeaderForPartitions(topic, [0]));
  const leader = await brokers.findBroker({ nodeId });
  const messages = [{ key: 'open', value: null, timestamp: String(Date.now()) }];
  const topicData = [{ topic, partitions: [{ partition: 0, firstSequence: 0, messages }] }];
  await leader.produce({ ...producer, transactionalId, acks: -1, timeout: 10_000, topicData });
}

const VERIFICATION = 'transaction.partition.verification.enable';

/** Brokers ask the coordinator before they take a producer's first record, so only one that does not can be left with this. */
async function verifyTransactions(cluster: KafkaCluster, verify: boolean): Promise<void> {
  await cluster.admin(async (admin) => {
    const { brokers } = await admin.describeCluster();
    const configEntries = [{ name: VERIFICATION, value: String(verify) }];
    const resources = brokers.map(({ nodeId }) => ({ type: ConfigResourceTypes.BROKER, name: String(nodeId) }));
    await admin.alterConfigs({
      validateOnly: false,
      resources: resources.map((resource) => ({ ...resource, configEntries })),
    });
    // The change is acknowledged before the brokers heed it.
    if (!verify) for (const resource of resources) await untilOff(admin, resource);
  });
}

async function untilOff(admin: Admin, resource: ResourceConfigQuery): Promise<void> {
  const query = { ...resource, configNames: [VERIFICATION] };
  for (let tries = 0; tries < 20; tries++) {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [query] });
    if (resources[0]?.configEntries[0]?.configValue === 'false') return;
    await sleep(50);
  }
}
