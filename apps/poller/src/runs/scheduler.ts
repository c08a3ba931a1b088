import { type Lease, type Leases } from '@portage/persistence';
import { Loop } from '@portage/platform';
import { type Connection } from '../connections/connection.js';
import { type PollerParts } from '../poller-parts.js';
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
  readonly #working = new Map<string, Work>();

  #stopped = false;

  constructor(
    private readonly parts: PollerParts,
    private readonly leases: Leases,
    private readonly worker: RunWorker,
  ) {
    this.#queue = new RunQueue(parts.database);
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
    const active = (await this.parts.directory.all(signal)).filter(({ status }) => status === 'active');
    this.#leaveInactive(active);
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

  /** A connection that was paused or disconnected is left at the next page; its pass goes on when it is active again. */
  #leaveInactive(active: readonly Connection[]): void {
    const ids = new Set(active.map(({ id }) => id));
    for (const [id, { abort }] of this.#working) if (!ids.has(id)) abort.abort();
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

/** The same for all replicas, so that they agree on when a pass is due. */
function jitterOf(connectionId: string): number {
  let hash = 0;
  for (const character of connectionId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % JITTER_MS;
}
