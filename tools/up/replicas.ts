import { PortageError } from '@portage/platform';
import { type PortSource } from '../supervision/ports.js';

export const serviceNames = ['auth', 'poller', 'loader'] as const;
export type ServiceName = (typeof serviceNames)[number];
export type ReplicaCounts = Readonly<Record<ServiceName, number>>;

/** One process to run. */
export interface Replica {
  readonly service: ServiceName;
  /** From 1. */
  readonly number: number;
  readonly port: number;
}

const portVariables = { auth: 'AUTH_PORT', poller: 'POLLER_PORT', loader: 'LOADER_PORT' } as const;
const urlVariables = { auth: 'AUTH_URL', poller: 'POLLER_URL', loader: 'LOADER_URL' } as const;

/**
 * The first replica of a service has the configured port, further ones and those configured as 0 a picked one.
 *
 * @throws PortageError `up.port_in_use`
 */
export async function planReplicas(
  counts: ReplicaCounts,
  configured: Readonly<Record<ServiceName, number>>,
  ports: PortSource,
): Promise<readonly Replica[]> {
  const replicas: Replica[] = [];
  const taken = new Set(Object.values(configured));
  for (const service of serviceNames) {
    for (let number = 1; number <= counts[service]; number += 1) {
      const fixed = number === 1 ? configured[service] : 0;
      if (fixed !== 0 && (replicas.some((other) => other.port === fixed) || !(await ports.isFree(fixed))))
        throw portInUse(service, fixed);
      const port = fixed || (await ports.pick(taken));
      taken.add(port);
      replicas.push({ service, number, port });
    }
  }
  return replicas;
}

/** What a replica's environment has beyond the common one. */
export function replicaEnvironment(
  { service, port }: Replica,
  index: number,
  metricsPort: number,
): Record<string, string> {
  return {
    [portVariables[service]]: String(port),
    // A fixed port can be one process's only: the processes count up from it.
    METRICS_PORT: String(metricsPort === 0 ? 0 : metricsPort + index),
  };
}

/** How the services and the command line reach one another: the first replica of each, unless the environment knows better. */
export function serviceUrls(replicas: readonly Replica[], env: NodeJS.ProcessEnv): Record<string, string> {
  const urls: Record<string, string> = {};
  for (const { service, number, port } of replicas) {
    if (number === 1 && !env[urlVariables[service]]) urls[urlVariables[service]] = urlOf(port);
    if (number === 1 && service === 'auth' && !env.PUBLIC_URL) urls.PUBLIC_URL = urlOf(port);
  }
  return urls;
}

export function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function portInUse(service: ServiceName, port: number): PortageError {
  return new PortageError({
    code: 'up.port_in_use',
    disposition: 'halt',
    message: `Port ${port} is in use by another program: stop it, or set ${portVariables[service]} to another port.`,
  });
}
