import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { Leases } from '@portage/persistence';
import { describeError, isAbort, isPortageError, Loop } from '@portage/platform';
import { underLease } from '../claims/under-lease.js';
import { type LoaderParts } from '../loader-parts.js';
import { Replays } from '../replays/replays.repository.js';
import { unknownConnection } from '../report/report.js';
import { Belongings } from './belongings.js';
import { runVerification, type VerificationReport } from './run.js';
import { Tally } from './tally.js';
import { type Verification, Verifications } from './verifications.repository.js';

/** Runs the verifications that were asked for, one at a time in this process; a dead process's is begun again elsewhere. */
export class Verifier {
  readonly #stop = new AbortController();
  readonly #loop: Loop;
  readonly #verifications: Verifications;
  readonly #leases: Leases;

  constructor(private readonly parts: LoaderParts) {
    const { database, environment, logger } = parts;
    const owner = `${hostname()}:${process.pid}:${randomUUID()}`;
    this.#verifications = new Verifications(database);
    this.#leases = new Leases(database, 'ledger.leases', owner, environment.LEASE_SECONDS);
    this.#loop = new Loop({ name: 'verifications', everyMs: LOOK_MS, logger, turn: () => this.#turn() });
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
  }

  async #turn(): Promise<'again' | 'rest'> {
    for (const verification of await this.#verifications.unfinished()) {
      if (this.#stop.signal.aborted) break;
      const work = {
        leases: this.#leases,
        key: `verification:${verification.id}`,
        ttlSeconds: this.parts.environment.LEASE_SECONDS,
        signal: AbortSignal.any([this.#stop.signal, this.parts.stopNow.signal]),
      };
      await underLease(work, (signal) => this.#run(verification, signal));
    }
    return 'rest';
  }

  async #run(verification: Verification, signal: AbortSignal): Promise<void> {
    await this.#verifications.start(verification.id);
    try {
      await this.#verifications.finish(verification.id, { report: await this.#report(verification, signal) });
    } catch (error) {
      // Stopped or overtaken: it stays under way and is begun again.
      if (isAbort(error) || signal.aborted) return;
      this.parts.logger.error({ err: describeError(error), verification: verification.id }, 'a verification failed');
      const reason = isPortageError(error)
        ? error.message
        : 'Something unexpected happened; the log of the loader says what.';
      await this.#verifications.finish(verification.id, { reason });
    }
  }

  async #report({ connectionId, request }: Verification, signal: AbortSignal): Promise<VerificationReport> {
    const { parts } = this;
    const connection = parts.connections.get(connectionId);
    const target = parts.targets.of(connectionId);
    if (!connection || !target) throw unknownConnection();
    const replays = await new Replays(parts.database).into([connectionId]);
    const belongings = new Belongings(connectionId, replays);
    return runVerification({ parts, connection, target, belongings, request, tally: new Tally(KEPT_EXAMPLES), signal });
  }
}

const LOOK_MS = 2000;
/** Per class. */
const KEPT_EXAMPLES = 1000;
