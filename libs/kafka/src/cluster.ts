import kafkajs, { type Admin, type Kafka, type RetryOptions } from 'kafkajs';
import { PortageError, sleep } from '@portage/platform';
import { type Topic } from '@portage/records';
import { type KafkaConfig } from './config.js';
import { kafkaError } from './errors.js';
import { internalCluster, type InternalCluster } from './internal-cluster.js';
import { type KafkaLog, quietLog } from './log.js';

/** Given wherever the client takes it: its defaults are others when NODE_ENV is `test`. About 6 s in all. */
const retry: RetryOptions = { initialRetryTime: 100, maxRetryTime: 2_000, factor: 0.2, multiplier: 2, retries: 5 };

/** One Kafka cluster as this process sees it. Connects on first use; `close` ends what it opened for itself. */
export class KafkaCluster {
  readonly client: Kafka;
  private readonly adminConnection = new SharedConnection(() => this.client.admin({ retry }));
  private readonly internalConnection = new SharedConnection(() => internalCluster(this.client, 'all'));

  constructor(
    readonly config: KafkaConfig,
    readonly log: KafkaLog,
  ) {
    ignoreNegativeTimeouts();
    this.client = new kafkajs.Kafka({
      brokers: [...config.brokers],
      clientId: config.clientId,
      ssl: config.ssl,
      ...saslOf(config),
      connectionTimeout: 3_000,
      requestTimeout: 30_000,
      retry,
      logLevel: kafkajs.logLevel.ERROR,
      logCreator: quietLog(log),
    });
  }

  topicName(topic: Topic): string {
    return `${this.config.topicPrefix}.${topic}`;
  }

  /** Runs `work` with the shared admin connection; its failures come out as PortageErrors. */
  async admin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    return this.named(async () => work(await this.adminConnection.get()));
  }

  /** The same with the client's inner connection that sees running transactions. Retries what a moved leader causes. */
  async internal<T>(work: (internal: InternalCluster) => Promise<T>): Promise<T> {
    return this.named(async () => {
      const internal = await this.internalConnection.get();
      for (let attempt = 1; ; attempt++) {
        try {
          return await work(internal);
        } catch (error) {
          if (attempt === TRIES) throw error;
          await sleep(50 * 2 ** attempt);
          await internal.refreshMetadata().catch(() => undefined);
        }
      }
    });
  }

  /** Throws `kafka.unreachable` or `kafka.unauthorised`, naming the brokers. */
  async check(): Promise<{ readonly clusterId: string; readonly brokers: number }> {
    const { clusterId, brokers } = await this.admin((admin) => admin.describeCluster());
    return { clusterId, brokers: brokers.length };
  }

  async close(): Promise<void> {
    await Promise.all([this.adminConnection.close(), this.internalConnection.close()]);
  }

  private async named<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw named(kafkaError(error), this.config);
    }
  }
}

const TRIES = 5;

interface Connection {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

/** Opened on first use, once; after a failure the next use tries again. */
class SharedConnection<C extends Connection> {
  private opened: Promise<C> | null = null;

  constructor(private readonly create: () => C) {}

  get(): Promise<C> {
    this.opened ??= connected(this.create()).catch((error: unknown) => {
      this.opened = null;
      throw error;
    });
    return this.opened;
  }

  async close(): Promise<void> {
    const opened = await this.opened?.catch(() => null);
    this.opened = null;
    await opened?.disconnect();
  }
}

async function connected<C extends Connection>(connection: C): Promise<C> {
  await connection.connect();
  return connection;
}

function saslOf({ sasl }: KafkaConfig): Pick<ConstructorParameters<typeof Kafka>[0], 'sasl'> {
  if (sasl === null) return {};
  const { username } = sasl;
  const password = sasl.password.reveal();
  switch (sasl.mechanism) {
    case 'plain':
      return { sasl: { mechanism: 'plain', username, password } };
    case 'scram-sha-256':
      return { sasl: { mechanism: 'scram-sha-256', username, password } };
    case 'scram-sha-512':
      return { sasl: { mechanism: 'scram-sha-512', username, password } };
  }
}

function named(error: PortageError, { brokers }: KafkaConfig): PortageError {
  if (error.code !== 'kafka.unreachable') return error;
  return new PortageError({
    code: error.code,
    disposition: error.disposition,
    message: `Kafka cannot be reached at ${brokers.join(', ')}; check KAFKA_BROKERS and that the brokers are running.`,
    cause: error.cause,
  });
}

let ignoring = false;

/** The client sets timers that lie in the past, harmlessly, and Node 24 warns of each; every other warning passes. */
function ignoreNegativeTimeouts(): void {
  if (ignoring) return;
  ignoring = true;
  const emit = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: never[]) => {
    const [type] = rest as unknown[];
    if (type !== 'TimeoutNegativeWarning') emit(warning, ...rest);
  };
}
