import kafkajs, { type Admin } from 'kafkajs';
import { sleep } from '@portage/platform';
import { type KafkaCluster } from './cluster.js';
import { planTopic, type TopicPlan, topicSpecs, type TopicSpec, type TopicState } from './topics.js';

export interface TopicReport {
  readonly name: string;
  /** `drifted`: settings differ and were left alone; `refused`: a difference that is never changed in place. */
  readonly outcome: 'created' | 'unchanged' | 'grown' | 'corrected' | 'drifted' | 'refused';
  /** Differences in plain words. */
  readonly words: readonly string[];
}

export interface ApplyOptions {
  /** Set drifted settings to what they shall be; otherwise they are only reported, because an operator may have meant them. */
  readonly correct: boolean;
}

/** Creates what is missing and says how the rest differs. Safe to run again and at the same time as itself. */
export async function applyTopics(cluster: KafkaCluster, options: ApplyOptions): Promise<readonly TopicReport[]> {
  const { brokers } = await cluster.check();
  return cluster.admin(async (admin) => {
    const specs = topicSpecs(cluster.config.topicPrefix, brokers);
    const states = await readStates(admin, specs);
    const reports: TopicReport[] = [];
    for (const spec of specs) {
      const state = states.get(spec.name) ?? null;
      reports.push(await apply(admin, { spec, state, plan: planTopic(spec, state) }, options));
    }
    if (reports.some(({ outcome }) => outcome === 'created')) await untilReady(admin, specs);
    return reports;
  });
}

interface Step {
  readonly spec: TopicSpec;
  readonly state: TopicState | null;
  readonly plan: TopicPlan;
}

async function apply(admin: Admin, { spec, state, plan }: Step, { correct }: ApplyOptions): Promise<TopicReport> {
  const { name } = spec;
  switch (plan.kind) {
    case 'create':
      return { name, outcome: (await create(admin, spec)) ? 'created' : 'unchanged', words: [] };
    case 'keep':
      return { name, outcome: 'unchanged', words: [] };
    case 'grow':
      await admin.createPartitions({ topicPartitions: [{ topic: name, count: plan.partitions }] });
      return { name, outcome: 'grown', words: [`it has ${plan.partitions} partitions now`] };
    case 'configure':
      if (!correct) return { name, outcome: 'drifted', words: plan.words };
      await configure(admin, name, { ...state?.config, ...plan.config });
      return { name, outcome: 'corrected', words: plan.words };
    case 'refuse':
      return { name, outcome: 'refused', words: plan.words };
  }
}

/** False when somebody else was faster. */
function create(admin: Admin, spec: TopicSpec): Promise<boolean> {
  const configEntries = Object.entries(spec.config).map(([name, value]) => ({ name, value }));
  const { name: topic, partitions: numPartitions, replication: replicationFactor } = spec;
  return admin.createTopics({
    topics: [{ topic, numPartitions, replicationFactor, configEntries }],
    waitForLeaders: false,
  });
}

const READY_TRIES = 100;

/** A new topic is not known to every broker at once, and the client's own waiting gives up on the first that does not. */
async function untilReady(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const topics = specs.map((spec) => spec.name);
  for (let attempt = 1; ; attempt++) {
    try {
      const { topics: found } = await admin.fetchTopicMetadata({ topics });
      if (found.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)))
        return;
    } catch (error) {
      if (attempt === READY_TRIES) throw error;
    }
    await sleep(100);
  }
}

/** The request replaces all settings of the topic, so it must carry those that stay as well. */
async function configure(admin: Admin, name: string, config: Readonly<Record<string, string>>): Promise<void> {
  const configEntries = Object.entries(config).map(([entry, value]) => ({ name: entry, value }));
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries }],
  });
}

async function readStates(admin: Admin, specs: readonly TopicSpec[]): Promise<ReadonlyMap<string, TopicState>> {
  const present = new Set(await admin.listTopics());
  const topics = specs.map((spec) => spec.name).filter((name) => present.has(name));
  if (topics.length === 0) return new Map();
  const { topics: metadata } = await admin.fetchTopicMetadata({ topics });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  const configs = new Map(resources.map((resource) => [resource.resourceName, ownSettings(resource.configEntries)]));
  return new Map(
    metadata.map(({ name, partitions }) => {
      const replication = Math.min(...partitions.map(({ replicas }) => replicas.length));
      return [name, { partitions: partitions.length, replication, config: configs.get(name) ?? {} }];
    }),
  );
}

type Entry = Awaited<ReturnType<Admin['describeConfigs']>>['resources'][number]['configEntries'][number];

/** Settings made for the topic itself, not those it has from the broker. */
function ownSettings(entries: readonly Entry[]): Record<string, string> {
  const own = entries.filter((entry) => Number(entry.configSource) === Number(kafkajs.ConfigSource.TOPIC_CONFIG));
  return Object.fromEntries(own.map((entry) => [entry.configName, entry.configValue]));
}
