import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../supervision/atomic-file.js';
import { isFree, pickPort, type PortSource } from '../supervision/ports.js';
import { stackError } from './stack.error.js';

const portNames = ['kafka', 'controller', 'registry', 'postgres'] as const;
export type StackPort = (typeof portNames)[number];

/** What a stack keeps from its first start on, so that addresses and data stay good. */
export interface StackSettings {
  readonly ports: Readonly<Record<StackPort, number>>;
  /** Kafka's cluster id: 16 bytes in base64url. */
  readonly clusterId: string;
  readonly databasePassword: string;
}

/** The settings kept in `path`, completed and with ports that are free now; `wanted` ports win over kept ones. */
export async function settle(
  path: string,
  wanted: Partial<Record<StackPort, number>>,
  say: (words: string) => void,
): Promise<StackSettings> {
  const kept = readSettings(path);
  const settings = {
    ports: await choosePorts({ kept: kept?.ports ?? {}, wanted, source: { isFree, pick: pickPort }, say }),
    clusterId: kept?.clusterId ?? newClusterId(),
    databasePassword: kept?.databasePassword ?? randomBytes(24).toString('base64url'),
  };
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, `${JSON.stringify(settings, undefined, 2)}\n`, 0o600);
  return settings;
}

export interface PortChoice {
  readonly kept: Partial<Record<StackPort, number>>;
  readonly wanted: Partial<Record<StackPort, number>>;
  readonly source: PortSource;
  readonly say: (words: string) => void;
}

/**
 * A port for every server. A kept one that somebody else has taken is replaced; a wanted one is not.
 *
 * @throws PortageError `stack.port_in_use`
 */
export async function choosePorts({ kept, wanted, source, say }: PortChoice): Promise<Record<StackPort, number>> {
  const ports = {} as Record<StackPort, number>;
  for (const name of portNames) {
    const taken = new Set(Object.values({ ...kept, ...wanted, ...ports }));
    const port = wanted[name] ?? kept[name];
    if (port !== undefined && !Object.values(ports).includes(port) && (await source.isFree(port))) {
      ports[name] = port;
      continue;
    }
    if (wanted[name] !== undefined) {
      throw stackError(
        'stack.port_in_use',
        `Port ${wanted[name]} is in use by another program: stop it, or choose another --${name}-port.`,
      );
    }
    ports[name] = await source.pick(taken);
    if (port !== undefined)
      say(`port ${port} (${name}) is in use by another program; using ${ports[name]} from now on`);
  }
  return ports;
}

function readSettings(path: string): Partial<StackSettings> | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Partial<StackSettings>) : undefined;
}

/** Kafka's tool takes a leading `-` for an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}
