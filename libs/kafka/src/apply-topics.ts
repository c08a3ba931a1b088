import kafkajs, { type Admin } from 'kafkajs';
import { PortageError, sleep } from '@portage/platform';
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
    if (reports.some(({ outcome }) => CHANGES.has(outcome))) await untilShown(admin, specs, options);
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

const CHANGES: ReadonlySet<TopicReport['outcome']> = new Set(['created', 'grown', 'corrected']);
const TRIES = 100;

/**
 * The controller acknowledges a change before the brokers show it, and the client's own waiting gives up on the first
 * that does not. Whoever comes next shall find what was reported.
 */
async function untilShown(admin: Admin, specs: readonly TopicSpec[], { correct }: ApplyOptions): Promise<void> {
  let failure: unknown;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    try {
      if (await isShown(admin, specs, correct)) return;
    } catch (error) {
      failure = error;
    }
    await sleep(100);
  }
  throw new PortageError({
    code: 'kafka.change_not_shown',
    disposition: 'retry',
    message: 'Kafka accepted the change of topics but does not show it; check that all brokers run, then run it again.',
    cause: failure,
  });
}

async function isShown(admin: Admin, specs: readonly TopicSpec[], correct: boolean): Promise<boolean> {
  const { topics } = await admin.fetchTopicMetadata({ topics: specs.map(({ name }) => name) });
  const led = topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
  if (!led) return false;
  const states = await readStates(admin, specs);
  const pending: readonly TopicPlan['kind'][] = correct ? ['create', 'grow', 'configure'] : ['create', 'grow'];
  return specs.every((spec) => !pending.includes(planTopic(spec, states.get(spec.name) ?? null).kind));
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
