import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { Leases } from '@portage/persistence';
import { describeError, isAbort, Loop } from '@portage/platform';
import { type LoaderParts } from '../loader-parts.js';
import { underLease } from './under-lease.js';

export interface ErrandOptions {
  /** Of one of them: a word for leases and logs. */
  readonly name: string;
  /** How often it is looked for some. */
  readonly everyMs: number;
  /** In this process. */
  readonly atOnce: number;
}

/**
 * Long work that the ledger keeps until it is done: each piece in one process at a time, under a lease. What a dead process
 * had begun is wanted still, and taken up by whoever finds it.
 */
export abstract class Errands {
  readonly #stop = new AbortController();
  readonly #loop: Loop;
  readonly #leases: Leases;
  readonly #running = new Map<string, Promise<void>>();

  constructor(
    protected readonly parts: LoaderParts,
    private readonly errand: ErrandOptions,
  ) {
    const { database, environment, logger } = parts;
    const { name, everyMs } = errand;
    const owner = `${hostname()}:${process.pid}:${randomUUID()}`;
    this.#leases = new Leases(database, 'ledger.leases', owner, environment.LEASE_SECONDS);
    this.#loop = new Loop({ name: `${name}s`, everyMs, logger, turn: () => this.#turn() });
  }

  start(): void {
    this.#loop.start();
  }

  wake(): void {
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop.stop();
    await Promise.all(this.#running.values());
  }

  /** Ids of what is to be done, first come first. */
  protected abstract wanted(): Promise<readonly string[]>;

  /** Does it, or goes on with it. Another process may have done it by now. */
  protected abstract run(id: string, signal: AbortSignal): Promise<void>;

  async #turn(): Promise<'rest'> {
    const { name, atOnce } = this.errand;
    for (const id of await this.wanted()) {
      if (this.#stop.signal.aborted || this.#running.size >= atOnce) break;
      if (this.#running.has(id)) continue;
      const running = this.#take(id)
        .catch((error: unknown) => {
          if (isAbort(error)) return;
          this.parts.logger.warn(
            { err: describeError(error), [name]: id },
            `a ${name} ended early and is taken up again`,
          );
        })
        .finally(() => this.#running.delete(id));
      this.#running.set(id, running);
    }
    return 'rest';
  }

  async #take(id: string): Promise<void> {
    const work = {
      leases: this.#leases,
      key: `${this.errand.name}:${id}`,
      ttlSeconds: this.parts.environment.LEASE_SECONDS,
      signal: AbortSignal.any([this.#stop.signal, this.parts.stopNow.signal]),
    };
    await underLease(work, (signal) => this.run(id, signal));
  }
}
