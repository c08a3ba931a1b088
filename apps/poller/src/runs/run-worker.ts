import { ConstantContactClient } from '@portage/constant-contact';
import { Budget } from '@portage/http';
import { endOffsets } from '@portage/kafka';
import { type Lease, type Leases } from '@portage/persistence';
import { describeError } from '@portage/platform';
import { type Stream } from '@portage/records';
import { type Connection } from '../connections/connection.js';
import { CachedTokens } from '../connections/token-cache.js';
import { pollerMetrics } from '../metrics.js';
import { PagePublisher } from '../pages/page-publisher.js';
import { PageStore } from '../pages/page-store.js';
import { CallCounter } from '../pass/call-counter.js';
import { Pass } from '../pass/pass.js';
import { type Phase, PHASES } from '../pass/phase.js';
import { Phases } from '../pass/phases.js';
import { Source } from '../pass/source.js';
import { pollCycle } from '../poll-cycle.js';
import { type PollerParts } from '../poller-parts.js';
import { forceRepublish, placeOf } from '../republish/force-republish.js';
import { StreamStates } from '../states/stream-states.js';
import { whileLeased } from './lease-keeper.js';
import { outcomeOf, type RunOutcome } from './outcome.js';
import { RunStore } from './run-store.js';
import { isOpen, isPart, type Run } from './run.js';

/** Works on one pass of one connection under its lease, until it is done or cannot go on. Never throws. */
export class RunWorker {
  readonly #runs: RunStore;
  readonly #states: StreamStates;
  readonly #budget: Budget;

  constructor(
    private readonly parts: PollerParts,
    private readonly leases: Leases,
    private readonly leaseMs: number,
  ) {
    this.#runs = new RunStore(parts.database);
    this.#states = new StreamStates(parts.database);
    this.#budget = new Budget(parts.database);
  }

  async work(connection: Connection, run: Run, lease: Lease, signal: AbortSignal): Promise<void> {
    const options = { leases: this.leases, lease, ttlMs: this.leaseMs, logger: this.parts.logger };
    const outcome = await whileLeased(options, signal, async (leased): Promise<RunOutcome> => {
      try {
        await this.#pass(connection, run, lease, leased);
        return { kind: 'done' };
      } catch (error) {
        return this.#broken(error, run, leased);
      }
    });
    try {
      await this.#record(run, outcome);
      await this.leases.release(lease);
    } catch (error) {
      // The lease expires by itself, and whoever takes it finds the pass as it was left.
      this.parts.logger.warn({ run: run.runId, err: describeError(error) }, 'the end of a pass could not be recorded');
    }
  }

  async #pass(connection: Connection, run: Run, lease: Lease, signal: AbortSignal): Promise<void> {
    const { cluster, registry, writer, database, logger, environment } = this.parts;
    await this.#runs.begin(run.runId);
    if (!isPart(run)) await this.#republishWhatWasLost(run);
    const started = (await this.#runs.find(run.runId)) ?? run;
    const store = new PageStore(database, lease, connection.id);
    const transactionalId = `${environment.TOPIC_PREFIX}.${connection.id}`;
    const place = await placeOf(cluster);
    const pages = await PagePublisher.open({ cluster, registry, writer, transactionalId, place }, store, signal);
    const calls = new CallCounter();
    try {
      const pass = new Pass({
        connection,
        run: started,
        source: new Source(this.#client(connection, calls), signal),
        pages,
        runs: this.#runs,
        states: this.#states,
        database,
        calls,
        settings: {
          callsPerDay: environment.CONSTANT_CONTACT_DAILY_CALLS,
          overlapMs: environment.POLLER_OVERLAP_SECONDS * 1000,
          cursorLagMs: environment.POLLER_CURSOR_LAG_SECONDS * 1000,
        },
        ends: (stream) => this.#ends(stream),
        signal,
        log: logger.child({ connection: connection.id, run: run.runId }),
      });
      const onEnter = (phase: string) => pollerMetrics.phase(connection.id, phase);
      await pollCycle(pass, new Phases(this.#runs, this.#states, started, calls, onEnter));
    } finally {
      pollerMetrics.phase(connection.id, 'idle');
      await pages.close();
    }
  }

  async #republishWhatWasLost(run: Run): Promise<void> {
    const lost = await forceRepublish(this.parts.database, this.parts.cluster, run);
    if (lost.length === 0) return;
    const fields = { run: run.runId, connection: run.connectionId, topics: lost };
    this.parts.logger.warn(fields, 'topics do not hold what was published: everything is published again');
  }

  #client(connection: Connection, calls: CallCounter): ConstantContactClient {
    const { environment, auth, clock } = this.parts;
    const { clientId } = connection.constantContact;
    const { CONSTANT_CONTACT_RATE: perSecond, CONSTANT_CONTACT_DAILY_CALLS: perDay } = environment;
    return new ConstantContactClient({
      origin: environment.CONSTANT_CONTACT_API_URL,
      tokens: new CachedTokens(auth, connection.id, clock),
      budget: this.#budget,
      budgetKey: `constant-contact:${clientId}`,
      quota: { perSecond, perDay },
      clock,
      onCall: (endpoint) => {
        calls.count(endpoint);
        pollerMetrics.called(endpoint);
      },
      onWaste: (endpoint) => calls.waste(endpoint),
    });
  }

  async #ends(stream: Stream): Promise<readonly number[]> {
    const ends = await endOffsets(this.parts.cluster, stream);
    return [...ends].sort(([a], [b]) => a - b).map(([, end]) => end);
  }

  #broken(error: unknown, run: Run, signal: AbortSignal): RunOutcome {
    if (signal.aborted) return { kind: 'left' };
    const outcome = outcomeOf(error, run.failures, Date.now(), Math.random());
    const fields = { run: run.runId, connection: run.connectionId, outcome: outcome.kind, err: describeError(error) };
    if (outcome.kind === 'failed') this.parts.logger.error(fields, 'a pass failed');
    else this.parts.logger.warn(fields, 'a pass was broken off');
    return outcome;
  }

  async #record({ runId }: Run, outcome: RunOutcome): Promise<void> {
    const run = await this.#runs.find(runId);
    if (!run) return;
    const phase = (run.phase ?? PHASES[0]) as Phase;
    // Stopped meanwhile; the last phase may have begun after that was said of its streams.
    if (!isOpen(run)) return this.#states.leave(run, phase, 'idle', run.reason);
    switch (outcome.kind) {
      case 'done':
        await this.#runs.finish(runId, 'done', null);
        await this.#states.leave(run, phase, 'idle', null);
        return this.#runs.forgetOld(run.connectionId);
      case 'failed':
        await this.#runs.finish(runId, 'failed', outcome.reason);
        return this.#states.leave(run, phase, 'failed', outcome.reason);
      case 'parked':
        await this.#runs.postpone(runId, 'parked', outcome.reason, outcome.resumeAt);
        return this.#states.leave(run, phase, 'parked', outcome.reason);
      case 'paused':
        return this.#runs.postpone(runId, 'running', outcome.reason, outcome.resumeAt);
      case 'left':
        return;
    }
  }
}
