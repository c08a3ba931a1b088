import { ConfigResourceTypes } from 'kafkajs';
import { type KafkaCluster } from '@portage/kafka';
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
  await verifyTransactions(cluster, false);
  try {
    await cluster.internal(async (internal) => {
      const brokers = internal as unknown as Brokers;
      const name = cluster.topicName(topic);
      await brokers.addTargetTopic(name);
      const of = { groupId: transactionalId, coordinatorType: TRANSACTION };
      const coordinator = await brokers.findGroupCoordinator(of);
      const producer = await coordinator.initProducerId({ transactionalId, transactionTimeout: 20_000 });
      const [nodeId = ''] = Object.keys(brokers.findLeaderForPartitions(name, [0]));
      const leader = await brokers.findBroker({ nodeId });
      const messages = [{ key: 'open', value: null, timestamp: String(Date.now()) }];
      const topicData = [{ topic: name, partitions: [{ partition: 0, firstSequence: 0, messages }] }];
      await leader.produce({ ...producer, transactionalId, acks: -1, timeout: 10_000, topicData });
    });
  } finally {
    await verifyTransactions(cluster, true);
  }
}

/** Brokers ask the coordinator before they take a producer's first record, so only one that does not can be left with this. */
async function verifyTransactions(cluster: KafkaCluster, verify: boolean): Promise<void> {
  await cluster.admin(async (admin) => {
    const { brokers } = await admin.describeCluster();
    const configEntries = [{ name: 'transaction.partition.verification.enable', value: String(verify) }];
    const resources = brokers.map(({ nodeId }) => ({
      type: ConfigResourceTypes.BROKER,
      name: String(nodeId),
      configEntries,
    }));
    await admin.alterConfigs({ validateOnly: false, resources });
  });
}
