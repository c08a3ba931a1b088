import kafkajs, { type Admin, type Kafka, type RetryOptions } from 'kafkajs';
import { PortageError } from '@portage/platform';
import { type Topic } from '@portage/records';
import { type KafkaConfig } from './config.js';
import { kafkaError } from './errors.js';
import { type KafkaLog, quietLog } from './log.js';

/** Given wherever the client takes it: its defaults are others when NODE_ENV is `test`. About 6 s in all. */
const retry: RetryOptions = { initialRetryTime: 100, maxRetryTime: 2_000, factor: 0.2, multiplier: 2, retries: 5 };

/** One Kafka cluster as this process sees it. Connects on first use; `close` ends what it opened for itself. */
export class KafkaCluster {
  readonly client: Kafka;
  private shared: Promise<Admin> | null = null;

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
    try {
      return await work(await this.connected());
    } catch (error) {
      throw named(kafkaError(error), this.config);
    }
  }

  /** Throws `kafka.unreachable` or `kafka.unauthorised`, naming the brokers. */
  async check(): Promise<{ readonly clusterId: string; readonly brokers: number }> {
    const { clusterId, brokers } = await this.admin((admin) => admin.describeCluster());
    return { clusterId, brokers: brokers.length };
  }

  async close(): Promise<void> {
    const admin = await this.shared?.catch(() => null);
    this.shared = null;
    await admin?.disconnect();
  }

  private connected(): Promise<Admin> {
    this.shared ??= connect(this.client.admin({ retry })).catch((error: unknown) => {
      this.shared = null;
      throw error;
    });
    return this.shared;
  }
}

async function connect(admin: Admin): Promise<Admin> {
  await admin.connect();
  return admin;
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
