import {
  applyTopics,
  endOffsets,
  type Outgoing,
  RecordWriter,
  TransactionalPublisher,
  type BatchConsumer,
} from '@portage/kafka';
import { createLogger, loadConfig } from '@portage/platform';
import { STREAMS, type Stream, TOPICS, type Topic } from '@portage/records';
import { type KlaviyoSimulator, startKlaviyo } from '@portage/simulators';
import pg from 'pg';
import { Loader } from '../../apps/loader/src/loader.js';
import { closeParts, type LoaderParts, openParts } from '../../apps/loader/src/loader-parts.js';
import { type Progress, ProgressReader } from '../../apps/loader/src/report/progress.js';
import { migratedDatabase, type MigratedDatabase } from '../database.js';
import { testKafka, type TestKafka } from '../kafka.js';
import { testServers } from '../servers.js';
import { AuthStub, defaultOptions } from './auth-stub.js';
import { CONNECTION, mark, outgoing } from './records.js';

export const TARGET = 'K1';
/** Another account, which no connection loads into unless a test makes one. */
export const OTHER_TARGET = 'K2';
const KEY = 'pk_0123456789abcdef0123456789abcdef01';
const OTHER_KEY = 'pk_0123456789abcdef0123456789abcdef02';

/** One loader as a replica runs it, without its HTTP side. */
export interface Replica {
  readonly parts: LoaderParts;
  stop(): Promise<void>;
  /** Cuts it off at once, wherever it is: nothing is stored any more and nothing released. */
  kill(): Promise<void>;
}

interface Servers {
  readonly klaviyo: KlaviyoSimulator;
  readonly auth: AuthStub;
  readonly kafka: TestKafka;
  readonly ledger: pg.Client;
  readonly publisher: TransactionalPublisher;
  readonly database: MigratedDatabase;
  readonly environment: Readonly<Record<string, string>>;
}

/** Topics, a ledger, a simulated Klaviyo and whoever loads from one into the other. Close it afterwards. */
export class LoaderHarness {
  private readonly replicas: Replica[] = [];

  private constructor(private readonly servers: Servers) {}

  get klaviyo(): KlaviyoSimulator {
    return this.servers.klaviyo;
  }

  get auth(): AuthStub {
    return this.servers.auth;
  }

  get kafka(): TestKafka {
    return this.servers.kafka;
  }

  /** The loader's own schema, as its role sees it. */
  get ledger(): pg.Client {
    return this.servers.ledger;
  }

  static async start(env: Record<string, string> = {}): Promise<LoaderHarness> {
    const klaviyo = await startKlaviyo({
      accounts: [
        { id: TARGET, name: 'Shop', keys: [{ key: KEY }] },
        { id: OTHER_TARGET, name: 'Other shop', keys: [{ key: OTHER_KEY }] },
      ],
      limits: false,
      speed: 200,
    });
    const auth = new AuthStub();
    auth.connections.set(CONNECTION, {
      id: CONNECTION,
      target: TARGET,
      status: 'active',
      options: { ...defaultOptions },
    });
    auth.keys.set(TARGET, { key: KEY, generation: 1 });
    auth.keys.set(OTHER_TARGET, { key: OTHER_KEY, generation: 1 });
    const kafka = testKafka('loader');
    await applyTopics(kafka.cluster, { correct: true });
    for (const topic of TOPICS) await kafka.registry.register(topic);
    const writer = await RecordWriter.create(kafka.registry, TOPICS);
    const publisher = await TransactionalPublisher.open(kafka.cluster, {
      writer,
      transactionalId: `${kafka.prefix}.${CONNECTION}`,
      deadlineMs: 30_000,
    });
    const database = await migratedDatabase();
    const ledger = new pg.Client({ connectionString: database.url.reveal() });
    await ledger.connect();
    await ledger.query('SET ROLE portage_loader');
    const servers = testServers();
    const environment = {
      KAFKA_BROKERS: servers.kafka,
      SCHEMA_REGISTRY_URL: servers.schemaRegistry,
      DATABASE_URL: database.url.reveal(),
      TOPIC_PREFIX: kafka.prefix,
      PORTAGE_ADMIN_TOKEN: 'a'.repeat(32),
      PORTAGE_SERVICE_TOKEN: 's'.repeat(32),
      AUTH_URL: await auth.listen(),
      KLAVIYO_API_URL: klaviyo.url,
      KLAVIYO_LIMIT_SCALE: '0',
      LEASE_SECONDS: '2',
      CONNECTIONS_REFRESH_SECONDS: '0.5',
      LOADER_LINGER_SECONDS: '0.2',
      LOADER_JOB_POLL_SECONDS: '0.1',
      LOADER_READ_BACK_SECONDS: '0.2',
      LOADER_REASSERT_SECONDS: '6',
      LOADER_LANDING_SECONDS: '6',
      ...env,
    };
    return new LoaderHarness({ klaviyo, auth, kafka, ledger, publisher, database, environment });
  }

  /** @param env  what this replica has otherwise than the others */
  async replica(env: Record<string, string> = {}): Promise<Replica> {
    const required = [
      'KAFKA_BROKERS',
      'SCHEMA_REGISTRY_URL',
      'DATABASE_URL',
      'PORTAGE_ADMIN_TOKEN',
      'PORTAGE_SERVICE_TOKEN',
    ] as const;
    const logger = createLogger('loader', process.env.TEST_LOG ?? 'silent');
    const parts = await openParts(loadConfig({ ...this.servers.environment, ...env }, required), logger);
    const loader = new Loader(parts, (error) => logger.error({ err: error }, 'crashed'));
    loader.start();
    await Promise.all(loader.consumers.map((consumer) => startConsumer(consumer, loader)));
    let ended: Promise<void> | undefined;
    const leave = async (): Promise<void> => {
      await Promise.all(loader.consumers.map((consumer) => consumer.stop()));
      await closeParts(parts);
    };
    const replica: Replica = {
      parts,
      stop: () => (ended ??= loader.stop(5000).then(leave)),
      kill: () =>
        (ended ??= (async () => {
          await parts.database.close();
          parts.stopNow.abort();
          await loader.stop(0).catch(() => undefined);
          await leave().catch(() => undefined);
        })()),
    };
    this.replicas.push(replica);
    return replica;
  }

  /** One transaction, as the poller publishes a page. */
  async publish(...records: readonly Outgoing[]): Promise<void> {
    await this.servers.publisher.publish(records);
  }

  /** Says that the streams were read completely, with the ends that their topics have now. */
  async markAll(streams: readonly Stream[] = STREAMS, connectionId = CONNECTION): Promise<void> {
    const marks = await Promise.all(
      streams.map(async (stream) => {
        const ends = await endOffsets(this.kafka.cluster, stream);
        return outgoing.mark(
          mark(
            stream,
            [...ends].sort(([a], [b]) => a - b).map(([, end]) => end),
            connectionId,
          ),
        );
      }),
    );
    await this.publish(...marks);
  }

  async progress({ parts }: Replica, connectionId = CONNECTION): Promise<Progress> {
    return new ProgressReader(parts).read(connectionId);
  }

  /** Waits until everything published and marked is settled and nobody has anything to do. */
  async settled(replica: Replica): Promise<Progress> {
    return this.until(async () => {
      const progress = await this.progress(replica);
      const streams = Object.values(progress.streams);
      const done = streams.every(
        ({ settled, outcomes, lag }) => settled && lag === 0 && outcomes.parked === 0 && outcomes.deferred === 0,
      );
      const rest = progress.waiting.people === 0 && progress.finalLook.state === 'done';
      return done && rest && this.klaviyo.pending() === 0 ? progress : undefined;
    });
  }

  /** Asks again and again until there is an answer. The test's own timeout ends it. */
  async until<T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Requests that wrote, by endpoint. */
  writes(target = TARGET): string[] {
    return this.klaviyo.writes(target).map(({ endpoint }) => endpoint);
  }

  person(email: string, target = TARGET) {
    return this.klaviyo.state(target).profiles.find((profile) => profile.email === email);
  }

  async stop(): Promise<void> {
    for (const replica of this.replicas) await replica.stop();
    const { publisher, ledger, auth, klaviyo, kafka, database } = this.servers;
    await publisher.close();
    await ledger.end();
    await auth.stop();
    await klaviyo.stop();
    await kafka.cluster.close();
    await database.drop();
  }
}

async function startConsumer(consumer: BatchConsumer<Topic, never>, loader: Loader): Promise<void> {
  await consumer.start(async (batch) => {
    if (consumer.topic === 'marks') loader.takeMarks(batch as never);
    else if (consumer.topic === 'activities') loader.takeActivities(batch as never);
    else await loader.take(consumer.topic as 'contacts', batch);
  });
}
