import { type Servers } from '../stack/start-stack.js';
import { type Replica, type ServiceName, serviceNames, urlOf } from './replicas.js';

type PerService<Value> = Readonly<Record<ServiceName, readonly Value[]>>;

/** What `ready` says and `up.json` keeps current. The lists of a service are in the order of its replicas. */
export interface UpState extends Servers {
  readonly auth: string;
  readonly auths: readonly string[];
  readonly pollers: readonly string[];
  readonly loaders: readonly string[];
  readonly metrics: PerService<string>;
  /** The Node processes themselves. */
  readonly pids: PerService<number>;
}

export interface RunningReplica {
  readonly replica: Replica;
  readonly pid: number;
  readonly metricsPort: number;
}

export function upState(servers: Servers, running: readonly RunningReplica[]): UpState {
  const of = <Value>(service: ServiceName, value: (entry: RunningReplica) => Value): Value[] =>
    running.filter((entry) => entry.replica.service === service).map(value);
  const perService = <Value>(value: (entry: RunningReplica) => Value): PerService<Value> =>
    Object.fromEntries(serviceNames.map((service) => [service, of(service, value)])) as Record<ServiceName, Value[]>;
  const urls = perService(({ replica }) => urlOf(replica.port));
  const { kafka, schemaRegistry, database } = servers;
  return {
    auth: urls.auth[0] ?? '',
    auths: urls.auth,
    pollers: urls.poller,
    loaders: urls.loader,
    metrics: perService(({ metricsPort }) => urlOf(metricsPort)),
    kafka,
    schemaRegistry,
    database,
    pids: perService(({ pid }) => pid),
  };
}
