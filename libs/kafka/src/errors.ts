import { isPortageError, PortageError } from '@portage/platform';

/**
 * What this library throws:
 *
 * - `kafka.unreachable` (retry): no broker answers; the operator looks at KAFKA_BROKERS and the network.
 * - `kafka.unauthorised` (halt): the broker refuses us; the operator corrects credentials or access rules.
 * - `kafka.topic_missing` (halt): the operator runs topics:apply.
 * - `kafka.topic_recreated` (halt): a topic ends before the stored position; the operator decides.
 * - `kafka.record_too_large` (dead-letter): a record exceeds what the topic takes.
 * - `kafka.fenced` (halt): another holder has taken the transactional id; give the lease up.
 * - `kafka.publisher_lost` (retry): outcome unknown; open a new publisher and publish the page again.
 * - `kafka.consumer_crashed` (halt): the consumer cannot go on; the process ends and is started again.
 * - `kafka.failed` (retry): anything else that the broker or the client could not do.
 */
export function kafkaError(error: unknown): PortageError {
  if (isPortageError(error)) return error;
  const causes = chainOf(error);
  const kind = kinds.find(({ matches }) => causes.some(matches)) ?? failed;
  const type = causes.map(typeOf).find((name) => name !== '') ?? '';
  return new PortageError({ ...kind.init, cause: error, details: type === '' ? {} : { type } });
}

/** The same for errors that may be bugs: what the client throws becomes one of ours, anything else unknown stays as it is. */
export function named(error: unknown): unknown {
  return error instanceof Error && error.name.startsWith('KafkaJS') ? kafkaError(error) : error;
}

export function isFenced(error: unknown): boolean {
  return chainOf(error).some((cause) => fencedTypes.has(typeOf(cause)));
}

/** True when the broker said so itself: the request was not lost on the way. */
export function isProtocolError(error: unknown, type: string): boolean {
  return chainOf(error).some((cause) => typeOf(cause) === type);
}

interface Failure {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}
interface Kind {
  readonly matches: (cause: Failure) => boolean;
  readonly init: { readonly code: string; readonly disposition: PortageError['disposition']; readonly message: string };
}

const fencedTypes = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'TRANSACTION_COORDINATOR_FENCED']);
const refusedTypes = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
]);
const largeTypes = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
const connectionNames = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
]);

const kinds: readonly Kind[] = [
  {
    matches: (cause) => fencedTypes.has(typeOf(cause)),
    init: { code: 'kafka.fenced', disposition: 'halt', message: 'Another publisher has taken over this connection.' },
  },
  {
    matches: (cause) => refusedTypes.has(typeOf(cause)) || cause.name === 'KafkaJSSASLAuthenticationError',
    init: {
      code: 'kafka.unauthorised',
      disposition: 'halt',
      message: 'Kafka refuses access; check the KAFKA_SASL_ variables and the access rules of the brokers.',
    },
  },
  {
    matches: (cause) => typeOf(cause) === 'UNKNOWN_TOPIC_OR_PARTITION',
    init: {
      code: 'kafka.topic_missing',
      disposition: 'halt',
      message: 'A topic is missing; run `npm run topics:apply`.',
    },
  },
  {
    matches: (cause) => largeTypes.has(typeOf(cause)),
    init: {
      code: 'kafka.record_too_large',
      disposition: 'dead-letter',
      message: 'A record is larger than its topic takes (max.message.bytes).',
    },
  },
  {
    matches: (cause) => connectionNames.has(String(cause.name)) || cause.code === 'ECONNREFUSED',
    init: {
      code: 'kafka.unreachable',
      disposition: 'retry',
      message: 'Kafka cannot be reached; check that the brokers named by KAFKA_BROKERS are running.',
    },
  },
];

const failed: Pick<Kind, 'init'> = {
  init: { code: 'kafka.failed', disposition: 'retry', message: 'Kafka could not do what was asked of it.' },
};

function typeOf(cause: Failure): string {
  return typeof cause.type === 'string' ? cause.type : '';
}

function chainOf(error: unknown): readonly Failure[] {
  const chain: Failure[] = [];
  for (
    let next = error;
    typeof next === 'object' && next !== null && chain.length < 10;
    next = (next as Failure).cause
  ) {
    chain.push(next);
  }
  return chain;
}
