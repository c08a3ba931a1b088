import { type Database, type Leases } from '@portage/persistence';
import { describeError, isAbort, isPortageError, type Logger, sleep } from '@portage/platform';
import { type Breakers } from './breakers/breakers.js';
import { type Claims, type StopSignals } from './claims/claims.js';
import { type DeadLetters } from './dead-letters.js';
import { runFinalLooks } from './final-look/run-final-looks.js';
import { pollJobs } from './imports/poll-jobs.js';
import { runListRound } from './lists/list-round.js';
import { roundSeconds } from './metrics.js';
import { lanes } from './people/people.repository.js';
import { runRound } from './people/round.js';
import { type Target } from './targets/target.js';
import { type Targets } from './targets/targets.js';
import { type Timing } from './timing.js';

export interface EngineOptions {
  readonly database: Database;
  readonly claims: Claims;
  readonly leases: Leases;
  readonly targets: Targets;
  readonly deadLetters: DeadLetters;
  readonly breakers: Breakers;
  readonly timing: Timing;
  readonly logger: Logger;
  /** Something was done: there may be more, and fates to tell. */
  readonly onProgress: () => void;
}

const kinds = ['lists', 'opt_out', 'jobs', 'load', 'subscribe', 'final_look'] as const;
type Kind = (typeof kinds)[number];

/**
 * Carries on what is due in the ledger, whoever took it in. For every target each kind of work runs for itself, at most once
 * at a time in this process, so that a slow target holds back nobody and opt-outs never wait behind loads.
 */
export class Engine {
  readonly #running = new Map<string, Promise<void>>();

  constructor(private readonly options: EngineOptions) {}

  /** Starts whatever is due and not running yet. */
  async turn(stop: StopSignals): Promise<'again' | 'rest'> {
    await this.options.claims.sweep();
    const targets = this.options.targets.all().filter((target) => target.usable);
    const due = await this.#due(targets);
    for (const target of targets) {
      for (const kind of due.get(target.id) ?? []) this.#start(target, kind, stop);
    }
    return 'rest';
  }

  /** Resolves when everything that was started has ended. */
  async drain(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  #start(target: Target, kind: Kind, stop: StopSignals): void {
    const name = `${target.id} ${kind}`;
    if (this.#running.has(name)) return;
    const end = roundSeconds.labels(kind).startTimer();
    const running = this.#run(target, kind, stop)
      .catch(async (error: unknown) => {
        await this.#failed(target, error, stop.soon);
        return true;
      })
      .then((worked) => {
        end();
        this.#running.delete(name);
        // What another replica is doing may be due for as long as it takes: looking at once again would go round and round.
        if (worked) this.options.onProgress();
      });
    this.#running.set(name, running);
  }

  /** Answers whether there was something to do for this process. */
  async #run(target: Target, kind: Kind, stop: StopSignals): Promise<boolean> {
    if (kind === 'lists' || kind === 'final_look') return this.#runAlone(target, kind, stop);
    const { claims, database, deadLetters, breakers, timing, logger } = this.options;
    const { pollMs } = timing;
    const taken = await claims.within(stop, async (claim) => {
      if (kind === 'jobs') return pollJobs({ database, target, claim, breakers, pollMs, logger });
      const lane = kind === 'opt_out' ? lanes.optOut : kind === 'load' ? lanes.load : lanes.subscribe;
      const beside = [...this.#running.keys()].filter((name) => name.endsWith(` ${kind}`)).length - 1;
      return runRound({ database, target, claim, timing, deadLetters, breakers, logger }, lane, beside, pollMs);
    });
    return taken > 0;
  }

  /** Work that one process at a time does for a target. */
  async #runAlone(target: Target, kind: 'lists' | 'final_look', stop: StopSignals): Promise<boolean> {
    const { database, deadLetters, leases, timing } = this.options;
    const lease = await leases.take(`${kind}:${target.id}`);
    if (!lease) return false;
    try {
      const holds = () => (stop.soon.aborted ? Promise.resolve(false) : leases.renew(lease));
      const context = { database, target, deadLetters, signal: stop.now, holds, lookInMs: timing.readBackMs };
      if (kind === 'lists') await runListRound(context);
      else await runFinalLooks(context);
    } finally {
      await leases.release(lease);
    }
    return true;
  }

  async #failed(target: Target, error: unknown, signal: AbortSignal): Promise<void> {
    if (isAbort(error) || signal.aborted) return;
    if (isPortageError(error)) {
      target.failed(error);
      return;
    }
    this.options.logger.error({ err: describeError(error) }, 'a round of work failed and is repeated');
    await sleep(FAILED_MS, signal).catch(() => undefined);
  }

  async #due(targets: readonly Target[]): Promise<Map<string, Kind[]>> {
    if (targets.length === 0) return new Map();
    // The order is that of the index: without it PostgreSQL goes through the table where it remembers that many were due.
    const lane = (number: number) => `EXISTS (SELECT FROM (SELECT FROM ledger.people p
      WHERE p.target = t.target AND lane = ${number} AND due_at <= now() AND claim IS NULL AND connections && $2::text[]
      ORDER BY due_at LIMIT 1) AS due)`;
    const rows = await this.options.database.query<{ target: string } & Record<Kind, boolean>>(
      `SELECT t.target, ${lane(lanes.optOut)} AS opt_out, ${lane(lanes.load)} AS load, ${lane(lanes.subscribe)} AS subscribe,
         EXISTS (SELECT FROM ledger.jobs j WHERE j.target = t.target AND claim IS NULL AND due_at <= now()) AS jobs,
         EXISTS (SELECT FROM ledger.lists l WHERE l.target = t.target AND due_at <= now() AND connection_id = ANY($2::text[])) AS lists,
         EXISTS (SELECT FROM ledger.final_looks f WHERE f.target = t.target AND finished_at IS NULL AND due_at <= now()
           AND connection_id = ANY($2::text[])) AS final_look
       FROM unnest($1::text[]) AS t (target)`,
      [targets.map(({ id }) => id), targets.flatMap((target) => target.connections().map(({ id }) => id))],
    );
    return new Map(rows.map((row) => [row.target, kinds.filter((kind) => row[kind])]));
  }
}

const FAILED_MS = 1000;
