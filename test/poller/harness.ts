import pg from 'pg';
import { applyTopics } from '@portage/kafka';
import { Leases } from '@portage/persistence';
import { type Clock, createLogger, loadConfig } from '@portage/platform';
import { TOPICS } from '@portage/records';
import {
  type Account,
  type ConstantContactOptions,
  type ConstantContactSimulator,
  startConstantContact,
} from '@portage/simulators';
import { closeParts, openParts, type PollerParts } from '../../apps/poller/src/poller-parts.js';
import { RunQueue } from '../../apps/poller/src/runs/run-queue.js';
import { RunStore } from '../../apps/poller/src/runs/run-store.js';
import { RunWorker } from '../../apps/poller/src/runs/run-worker.js';
import { type Run } from '../../apps/poller/src/runs/run.js';
import { Scheduler } from '../../apps/poller/src/runs/scheduler.js';
import { migratedDatabase, type MigratedDatabase } from '../database.js';
import { testKafka, type TestKafka } from '../kafka.js';
import { testServers } from '../servers.js';
import { application, AuthStub, type StubbedConnection } from './auth-stub.js';

export const CONNECTION = 'connection-1';

/** One poller as a replica runs it, without its HTTP side. */
export interface Replica {
  readonly parts: PollerParts;
  readonly runs: RunStore;
  readonly queue: RunQueue;
  /** Finishes or gives up the page under way. */
  stop(): Promise<void>;
  /** Cuts its connections at once, wherever it is: its lease is not released, its page is not settled. */
  kill(): Promise<void>;
}

interface Setting {
  readonly simulator: ConstantContactSimulator;
  readonly auth: AuthStub;
  readonly kafka: TestKafka;
  readonly connection: StubbedConnection;
  readonly database: MigratedDatabase;
  readonly env: Record<string, string>;
}

/** An account, a Constant Contact that serves it, and the servers that pollers need. Close it afterwards. */
export class PollerHarness {
  private replicas: Replica[] = [];

  private constructor(private readonly set: Setting) {}

  get simulator(): ConstantContactSimulator {
    return this.set.simulator;
  }

  get auth(): AuthStub {
    return this.set.auth;
  }

  get kafka(): TestKafka {
    return this.set.kafka;
  }

  /** The environment that a poller of this harness gets. */
  get env(): Readonly<Record<string, string>> {
    return this.set.env;
  }

  get connection(): StubbedConnection {
    return this.set.connection;
  }

  /** @param vendor  how long its counts trail its rows, whether its cursors keep what is included, and how it shows what is empty */
  static async start(
    account: Account,
    env: Record<string, string> = {},
    vendor: Pick<ConstantContactOptions, 'statisticsLagMs' | 'cursorsInclude' | 'emptyParts'> = {},
  ): Promise<PollerHarness> {
    const simulator = await startConstantContact({
      applications: [application],
      accounts: [account],
      autoConsent: account.id,
      limits: false,
      statisticsLagMs: 0,
      ...vendor,
    });
    const auth = new AuthStub(simulator);
    const connection = {
      id: CONNECTION,
      accountId: account.id,
      connectedAt: new Date().toISOString(),
      status: 'active',
      options: {
        historyDays: 90,
        activityTypes: ['opened', 'clicked', 'bounced', 'opted_out'],
        collectEngagement: true,
        schedule: 'off',
      },
    };
    auth.connections.set(CONNECTION, connection);
    const kafka = testKafka('poller');
    await applyTopics(kafka.cluster, { correct: true });
    for (const topic of TOPICS) await kafka.registry.register(topic);
    const database = await migratedDatabase();
    const servers = testServers();
    const variables = {
      KAFKA_BROKERS: servers.kafka,
      SCHEMA_REGISTRY_URL: servers.schemaRegistry,
      DATABASE_URL: database.url.reveal(),
      TOPIC_PREFIX: kafka.prefix,
      PORTAGE_ADMIN_TOKEN: 'a'.repeat(32),
      PORTAGE_SERVICE_TOKEN: 's'.repeat(32),
      AUTH_URL: await auth.listen(),
      CONSTANT_CONTACT_API_URL: simulator.url,
      CONSTANT_CONTACT_RATE: '0',
      POLLER_TICK_SECONDS: '0.05',
      LEASE_SECONDS: '15',
      CONNECTIONS_REFRESH_SECONDS: '0.2',
      ...env,
    };
    return new PollerHarness({ simulator, auth, kafka, connection, database, env: variables });
  }

  /** @param clock  what decides how to take the vendor's answers, where it is not the machine's */
  async replica(name = 'replica', env: Record<string, string> = {}, clock?: Clock): Promise<Replica> {
    const required = [
      'KAFKA_BROKERS',
      'SCHEMA_REGISTRY_URL',
      'DATABASE_URL',
      'PORTAGE_ADMIN_TOKEN',
      'PORTAGE_SERVICE_TOKEN',
    ] as const;
    const opened = await openParts(
      loadConfig({ ...this.set.env, ...env }, required),
      createLogger('poller', process.env.TEST_LOG ?? 'silent'),
    );
    const parts = clock ? { ...opened, clock } : opened;
    const leaseSeconds = parts.environment.LEASE_SECONDS;
    const leases = new Leases(parts.database, 'sync.leases', `${name}-${Math.random()}`, leaseSeconds);
    const scheduler = new Scheduler(parts, leases, new RunWorker(parts, leases, leaseSeconds * 1000));
    scheduler.start();
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopped ??= scheduler.stop().then(() => closeParts(parts)));
    const kill = async (): Promise<void> => {
      await parts.database.close();
      await stop();
    };
    const replica: Replica = {
      parts,
      runs: new RunStore(parts.database),
      queue: new RunQueue(parts.database),
      stop,
      kill,
    };
    this.replicas.push(replica);
    return replica;
  }

  /** Waits for the connection's newest pass to end. */
  async finished(replica: Replica, runId?: string): Promise<Run> {
    for (;;) {
      const run = runId ? await replica.runs.find(runId) : await replica.runs.latest(CONNECTION);
      if (run && (run.state === 'done' || run.state === 'failed')) return run;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Asks for a pass and waits for it. */
  async sync(replica: Replica, wishes: { sweep?: boolean; republish?: boolean } = {}): Promise<Run> {
    const { runId } = await replica.queue.request(CONNECTION, 'request', { sweep: false, republish: false, ...wishes });
    return this.finished(replica, runId);
  }

  /** By this pass alone, whoever asked for it first. */
  async published(replica: Replica, run: Run): Promise<Record<string, number>> {
    const figures = await replica.runs.figures({ ...run, opening: false });
    return Object.fromEntries(
      figures.filter(({ kind }) => kind === 'published').map(({ name, value }) => [name, value]),
    );
  }

  /** As if a day had begun: the calls of the last one are forgotten, and what waits for them goes on. */
  async nextDay(): Promise<void> {
    const client = new pg.Client({ connectionString: this.set.database.url.reveal() });
    await client.connect();
    try {
      await client.query('DELETE FROM budget.days');
      await client.query(`UPDATE sync.runs SET resume_at = now() WHERE state = 'parked'`);
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    for (const replica of this.replicas) await replica.stop();
    await this.auth.stop();
    await this.simulator.stop();
    await this.kafka.cluster.close();
    await this.set.database.drop();
  }
}
