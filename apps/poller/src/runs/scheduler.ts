import { type Lease, type Leases } from '@portage/persistence';
import { Loop } from '@portage/platform';
import { type Connection } from '../connections/connection.js';
import { type PollerParts } from '../poller-parts.js';
import { SignalStore } from '../signals/signal-store.js';
import { StreamStates } from '../states/stream-states.js';
import { dueAt } from './due.js';
import { RunQueue } from './run-queue.js';
import { type Run } from './run.js';
import { type RunWorker } from './run-worker.js';

/** Passes that one process works on at a time; more connections wait, or another replica takes them. */
const AT_ONCE = 8;
/** Scheduled passes start up to so much late, so that a full hour does not start all connections in the same second. */
const JITTER_MS = 20_000;

interface Work {
  readonly runId: string;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** Finds what is due, takes leases, and lets passes run side by side. Every replica does the same; the leases sort it out. */
export class Scheduler {
  readonly #loop: Loop;
  readonly #queue: RunQueue;
  readonly #signals: SignalStore;
  readonly #states: StreamStates;
  readonly #working = new Map<string, Work>();

  #stopped = false;

  constructor(
    private readonly parts: PollerParts,
    private readonly leases: Leases,
    private readonly worker: RunWorker,
  ) {
    this.#queue = new RunQueue(parts.database);
    this.#signals = new SignalStore(parts.database);
    this.#states = new StreamStates(parts.database);
    this.#loop = new Loop({
      name: 'scheduler',
      everyMs: parts.environment.POLLER_TICK_SECONDS * 1000,
      logger: parts.logger,
      turn: async (signal) => {
        await this.#turn(signal);
        return 'rest';
      },
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Somebody asked for a pass: look at once. */
  wake(): void {
    this.#loop.wake();
  }

  /** Resolves when the pages under way are finished or given up, whichever is safe. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { abort } of this.#working.values()) abort.abort();
    await this.#loop.stop();
    await Promise.all([...this.#working.values()].map(({ done }) => done));
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const connections = await this.parts.directory.all(signal);
    const held = heldConnections(connections, await this.#signals.paused());
    const active = connections.filter(({ id, status }) => status === 'active' && !held.has(id));
    await this.#leaveEnded(active);
    await this.#states.hold(
      held,
      connections.map(({ id }) => id),
    );
    await this.#signals.settle();
    if (active.length === 0) return;
    await this.#openDueRuns(active);
    const byId = new Map(active.map((connection) => [connection.id, connection]));
    for (const run of await this.#queue.runnable([...byId.keys()])) {
      const connection = byId.get(run.connectionId);
      const working = this.#working.get(run.connectionId);
      // A pass in its patient phases makes room for one that has opt-outs to read, and goes on after it.
      if (working && working.runId !== run.runId) working.abort.abort();
      if (!connection || working || this.#working.size >= AT_ONCE) continue;
      const lease = await this.leases.take(connection.id);
      if (lease && this.#stopped) await this.leases.release(lease);
      else if (lease) this.#begin(connection, run, lease);
    }
  }

  #begin(connection: Connection, run: Run, lease: Lease): void {
    const abort = new AbortController();
    const done = this.worker.work(connection, run, lease, abort.signal).finally(() => {
      this.#working.delete(connection.id);
      this.#loop.wake();
    });
    this.#working.set(connection.id, { runId: run.runId, abort, done });
  }

  /** A connection that is on hold is left at the next page, and its pass goes on later; a pass that was stopped is given up. */
  async #leaveEnded(active: readonly Connection[]): Promise<void> {
    const ids = new Set(active.map(({ id }) => id));
    const closed = await this.#queue.closed([...this.#working.values()].map(({ runId }) => runId));
    for (const [id, { runId, abort }] of this.#working) if (!ids.has(id) || closed.has(runId)) abort.abort();
  }

  async #openDueRuns(connections: readonly Connection[]): Promise<void> {
    const histories = await this.#queue.histories(connections.map(({ id }) => id));
    const now = this.parts.clock.now();
    for (const { id, options } of connections) {
      const history = histories.get(id);
      const due = dueAt(history, options.schedule);
      const jitter = history ? jitterOf(id) : 0;
      if (due !== null && due + jitter <= now)
        await this.#queue.openDue(id, history?.succeeded ? 'schedule' : 'first', due);
    }
  }
}

/** Whom nobody reads for now, with the reason. Pure. */
function heldConnections(connections: readonly Connection[], paused: ReadonlySet<string>): Map<string, string> {
  const held = connections.flatMap(({ id, status }): [string, string][] => {
    if (status === 'paused') return [[id, 'The connection is paused.']];
    return paused.has(id) ? [[id, 'Reading was paused by a signal.']] : [];
  });
  return new Map(held);
}

/** The same for all replicas, so that they agree on when a pass is due. */
function jitterOf(connectionId: string): number {
  let hash = 0;
  for (const character of connectionId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % JITTER_MS;
}
