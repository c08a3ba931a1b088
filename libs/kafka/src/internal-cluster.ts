import { type KafkaMessage } from 'kafkajs';

/**
 * The client's own connections to the brokers. Its public interface can neither read without a group nor tell where a
 * topic really ends (it answers with the end of what is committed), so Portage reaches past it here, and only here.
 */
export interface InternalCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
  findBroker(of: { readonly nodeId: string }): Promise<InternalBroker>;
  findGroupCoordinator(of: { readonly groupId: string }): Promise<InternalBroker>;
  fetchTopicsOffset(topics: readonly OffsetQuery[]): Promise<readonly OffsetAnswer[]>;
}

interface InternalBroker {
  offsetCommit(request: object): Promise<unknown>;
  fetch(
    request: object,
  ): Promise<{ readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[] }>;
}

export interface FetchedPartition {
  readonly partition: number;
  /** Everything below is decided: committed or aborted. */
  readonly lastStableOffset: string;
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
  readonly messages: readonly FetchedMessage[];
}

/** Records of aborted transactions and markers are in a response; only the batch they came in tells them apart. */
export type FetchedMessage = KafkaMessage & {
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
};

export interface OffsetQuery {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number }[];
  readonly fromBeginning?: boolean;
  readonly fromTimestamp?: number;
}
export interface OffsetAnswer {
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
}

/** `all`: running transactions count; `committed`: everything from the first running transaction on is invisible. */
export type Isolation = 'all' | 'committed';
export const isolationLevels: Readonly<Record<Isolation, number>> = { all: 0, committed: 1 };

type ClusterFactory = (options: object) => InternalCluster;

/** The client keeps its factory under a private symbol. */
export function internalCluster(client: object, isolation: Isolation): InternalCluster {
  const symbol = Object.getOwnPropertySymbols(client).find(
    (name) => name.description === 'private:Kafka:createCluster',
  );
  if (symbol === undefined) throw new TypeError('This release of kafkajs is not the one that Portage is pinned to.');
  const create = (client as Record<symbol, ClusterFactory>)[symbol] as ClusterFactory;
  return create({
    allowAutoTopicCreation: false,
    metadataMaxAge: 60_000,
    isolationLevel: isolationLevels[isolation],
  });
}
