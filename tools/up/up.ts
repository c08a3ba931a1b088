import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, PortageError } from '@portage/platform';
import { acquireLock, lockHolder } from '../run/lock.mjs';
import { type Servers, startStack } from '../stack/start-stack.js';
import { writeFileAtomic } from '../supervision/atomic-file.js';
import { Leftovers } from '../supervision/leftovers.js';
import { isFree, pickPort } from '../supervision/ports.js';
import { RotatingLog } from '../supervision/rotating-log.js';
import { Watcher } from '../supervision/watcher.js';
import { planReplicas, type Replica, replicaEnvironment, type ReplicaCounts, serviceUrls } from './replicas.js';
import { ensureSecrets } from './secrets.js';
import { runSetupSteps } from './setup-steps.js';
import { SupervisedService, type SupervisorHooks } from './supervised-service.js';
import { untilServicesReady } from './services-ready.js';
import { upState, type UpState } from './up-state.js';

export interface UpOptions {
  /** Absolute; data and state. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly replicas: ReplicaCounts;
  readonly say: (words: string) => void;
  readonly signal: AbortSignal;
}

export interface Up {
  /** As it is now. */
  readonly state: UpState;
  /** What the services were given, for programs that talk to them. */
  readonly env: NodeJS.ProcessEnv;
  /** Resolves with the reason when a service cannot go on; never otherwise. */
  readonly gaveUp: Promise<PortageError>;
  /** Services first, then the servers that were started for them; leaves no process. */
  stop(): Promise<void>;
}

/**
 * Starts the servers (unless given), brings database, topics and schemas up to date, starts the services and keeps
 * them running; answers when all are ready.
 *
 * @throws PortageError `config.*` (exit code 2), `up.*` and `stack.*` (3)
 */
export async function up({ home, env: given, replicas: counts, say, signal }: UpOptions): Promise<Up> {
  const { AUTH_PORT, POLLER_PORT, LOADER_PORT, METRICS_PORT, BIND_ADDRESS } = loadConfig(given);
  mkdirSync(home, { recursive: true });
  const release = await acquireLock(join(home, 'up.lock'), { wait: false });
  if (!release) throw alreadyUp(home);
  const undo: (() => Promise<void> | void)[] = [release];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    rmSync(join(home, 'up.json'), { force: true });
    const leftovers = new Leftovers(join(home, 'services.json'));
    await leftovers.end(say);
    const ports = {
      isFree: (port: number) => isFree(port, BIND_ADDRESS),
      pick: (taken: ReadonlySet<number>) => pickPort(taken, BIND_ADDRESS),
    };
    const replicas = await planReplicas(counts, { auth: AUTH_PORT, poller: POLLER_PORT, loader: LOADER_PORT }, ports);
    const secrets = ensureSecrets(home, given);

    say('starting the servers');
    const servers = await startStack({ home, env: given, say, signal });
    undo.push(servers.stop);
    const env = {
      ...given,
      ...serverVariables(servers),
      ...secrets,
      ...serviceUrls(replicas, given),
      PORTAGE_HOME: home,
    };
    loadConfig(env);

    say('bringing database, topics and schemas up to date');
    await runSetupSteps(env, signal);

    say('starting the services');
    const watcher = new Watcher();
    undo.push(() => watcher.close());
    const gaveUp = Promise.withResolvers<PortageError>();
    const state = (): UpState =>
      upState(
        servers,
        services.map(({ service, replica }) => ({ replica, pid: service.pid, metricsPort: service.metricsPort })),
      );
    const write = (): void => writeFileAtomic(join(home, 'up.json'), `${JSON.stringify(state())}\n`, 0o600);
    let isReady = false;
    const hooks: SupervisorHooks = {
      watcher,
      leftovers,
      say,
      onGiveUp: gaveUp.resolve,
      onChange: () => isReady && write(),
    };
    const services = replicas.map((replica, index) => {
      const own = replicaEnvironment(replica, index, METRICS_PORT);
      return { replica, service: supervise(replica, home, { ...env, ...own }, hooks) };
    });
    undo.push(() => stopServices(services.map(({ service, replica }) => ({ service, replica }))));
    for (const { service } of services) service.start();
    await Promise.race([
      untilServicesReady(replicas, say, signal),
      gaveUp.promise.then((error) => Promise.reject(error)),
    ]);
    isReady = true;
    write();
    undo.push(() => rmSync(join(home, 'up.json'), { force: true }));
    return {
      get state() {
        return state();
      },
      env,
      gaveUp: gaveUp.promise,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function supervise(replica: Replica, home: string, env: NodeJS.ProcessEnv, hooks: SupervisorHooks): SupervisedService {
  const name = `${replica.service}-${replica.number}`;
  const log = new RotatingLog(join(home, 'logs', `${name}.log`));
  return new SupervisedService(
    name,
    { service: replica.service, env, tag: `--replica=${join(home, name)}`, log },
    hooks,
  );
}

/** Auth last: poller and loader may need a token to finish what they have begun. */
async function stopServices(
  services: readonly { readonly service: SupervisedService; readonly replica: Replica }[],
): Promise<void> {
  const isAuth = ({ replica }: { replica: Replica }): boolean => replica.service === 'auth';
  await Promise.all(services.filter((entry) => !isAuth(entry)).map(({ service }) => service.stop()));
  await Promise.all(services.filter(isAuth).map(({ service }) => service.stop()));
}

function serverVariables({ kafka, schemaRegistry, database }: Servers): Record<string, string> {
  return { KAFKA_BROKERS: kafka, SCHEMA_REGISTRY_URL: schemaRegistry, DATABASE_URL: database };
}

function alreadyUp(home: string): PortageError {
  const holder = lockHolder(join(home, 'up.lock'));
  return new PortageError({
    code: 'up.running',
    disposition: 'halt',
    message: `Portage is already up in ${home} (process ${holder ?? 'unknown'}): stop it first, or set PORTAGE_HOME to another folder.`,
  });
}
