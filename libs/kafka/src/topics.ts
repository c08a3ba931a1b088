import { type Topic, TOPICS } from '@portage/records';

/** What a topic shall be. */
export interface TopicSpec {
  readonly topic: Topic;
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  /** Records of one key must stay in one partition, so the number of partitions never changes. */
  readonly keyed: boolean;
  readonly config: Readonly<Record<string, string>>;
}

/** What a topic is. */
export interface TopicState {
  readonly partitions: number;
  readonly replication: number;
  readonly config: Readonly<Record<string, string>>;
}

export type TopicPlan =
  | { readonly kind: 'create' }
  | { readonly kind: 'keep' }
  /** Partitions are missing and may be added. */
  | { readonly kind: 'grow'; readonly partitions: number }
  /** Settings differ. */
  | { readonly kind: 'configure'; readonly config: Readonly<Record<string, string>>; readonly words: readonly string[] }
  /** Something differs that is never changed in place. */
  | { readonly kind: 'refuse'; readonly words: readonly string[] };

const DAY = 86_400_000;

export function topicSpecs(prefix: string, brokers: number): readonly TopicSpec[] {
  const replication = Math.min(3, brokers);
  const durable = { 'min.insync.replicas': replication >= 3 ? '2' : '1' };
  return TOPICS.map((topic) => {
    const { partitions, keyed, config } = shapes[topic];
    return { topic, name: `${prefix}.${topic}`, partitions, replication, keyed, config: { ...config, ...durable } };
  });
}

/** What to do about one topic. `state` is null when it does not exist. */
export function planTopic(spec: TopicSpec, state: TopicState | null): TopicPlan {
  if (state === null) return { kind: 'create' };
  const refused = [...partitionRefusal(spec, state), ...replicationRefusal(spec, state)];
  if (refused.length > 0) return { kind: 'refuse', words: refused };
  if (state.partitions < spec.partitions) return { kind: 'grow', partitions: spec.partitions };
  const drifted = Object.entries(spec.config).filter(([name, value]) => state.config[name] !== value);
  if (drifted.length === 0) return { kind: 'keep' };
  const words = drifted.map(([name, value]) => `${name} is ${state.config[name] ?? 'unset'} instead of ${value}`);
  return { kind: 'configure', config: Object.fromEntries(drifted), words };
}

function partitionRefusal(spec: TopicSpec, state: TopicState): readonly string[] {
  if (!spec.keyed || state.partitions === spec.partitions) return [];
  return [
    `it has ${state.partitions} partitions instead of ${spec.partitions}, and with another number every key would have ` +
      'two homes: use a new TOPIC_PREFIX and a new snapshot',
  ];
}

function replicationRefusal(spec: TopicSpec, state: TopicState): readonly string[] {
  if (state.replication >= spec.replication) return [];
  return [`it has ${state.replication} replicas instead of ${spec.replication}: reassign it with Kafka's own tools`];
}

/** The newest record of every key stays for ever; a deletion is readable for a week. */
const compacted = {
  'cleanup.policy': 'compact',
  'max.compaction.lag.ms': String(7 * DAY),
  'delete.retention.ms': String(7 * DAY),
};
const kept = (days: number) => ({ 'cleanup.policy': 'delete', 'retention.ms': String(days * DAY) });

const shapes: Readonly<Record<Topic, Pick<TopicSpec, 'partitions' | 'keyed' | 'config'>>> = {
  lists: { partitions: 1, keyed: true, config: compacted },
  contacts: { partitions: 12, keyed: true, config: compacted },
  suppressions: { partitions: 12, keyed: true, config: compacted },
  activities: { partitions: 12, keyed: true, config: kept(400) },
  marks: { partitions: 1, keyed: true, config: compacted },
  'dead-letters': { partitions: 3, keyed: false, config: kept(90) },
};
