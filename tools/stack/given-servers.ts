import { sleep } from '@portage/platform';
import { answers } from './readiness.js';
import { stackError } from './stack.error.js';

/** The servers that the environment names. */
export interface GivenServers {
  readonly kafka?: string;
  readonly schemaRegistry?: string;
  readonly database?: string;
}

const patienceMs = 10_000;

export function givenServers(env: NodeJS.ProcessEnv): GivenServers {
  return {
    ...(env.KAFKA_BROKERS ? { kafka: env.KAFKA_BROKERS } : {}),
    ...(env.SCHEMA_REGISTRY_URL ? { schemaRegistry: env.SCHEMA_REGISTRY_URL.replace(/\/+$/, '') } : {}),
    ...(env.DATABASE_URL ? { database: env.DATABASE_URL } : {}),
  };
}

/** Throws a sentence about the first given server where nothing listens. */
export async function checkGiven(given: GivenServers, signal: AbortSignal, withinMs = patienceMs): Promise<void> {
  if (given.kafka) await check('KAFKA_BROKERS', given.kafka.split(',').map(brokerAddress), signal, withinMs);
  if (given.schemaRegistry)
    await check('SCHEMA_REGISTRY_URL', [urlAddress('SCHEMA_REGISTRY_URL', given.schemaRegistry)], signal, withinMs);
  if (given.database) await check('DATABASE_URL', [urlAddress('DATABASE_URL', given.database)], signal, withinMs);
}

interface Address {
  readonly host: string;
  readonly port: number;
}

async function check(
  variable: string,
  addresses: readonly Address[],
  signal: AbortSignal,
  withinMs: number,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    for (const { host, port } of addresses) if (await answers(host, port)) return;
    if (Date.now() > deadline) break;
    await sleep(200, signal);
  }
  const places = addresses.map(({ host, port }) => `${host}:${port}`).join(', ');
  throw stackError(
    'stack.unreachable',
    `Nothing answers at ${places}: start that server, or change or unset ${variable}.`,
  );
}

export function brokerAddress(broker: string): Address {
  const [, host = 'localhost', port = '9092'] = /^\s*\[?(.*?)\]?(?::(\d+))?\s*$/.exec(broker) ?? [];
  return { host, port: Number(port) };
}

const defaultPorts: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'postgres:': 5432,
  'postgresql:': 5432,
};

/** Never quotes the address, which may hold a password. */
function urlAddress(variable: string, value: string): Address {
  const url = URL.parse(value);
  if (!url) throw stackError('stack.unreachable', `${variable} is not a URL.`);
  return { host: url.hostname || 'localhost', port: Number(url.port) || (defaultPorts[url.protocol] ?? 80) };
}
