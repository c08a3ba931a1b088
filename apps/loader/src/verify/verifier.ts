import { describeError, isAbort, isPortageError } from '@portage/platform';
import { Errands } from '../claims/errands.js';
import { type LoaderParts } from '../loader-parts.js';
import { Replays } from '../replays/replays.repository.js';
import { unknownConnection } from '../report/report.js';
import { Belongings } from './belongings.js';
import { runVerification, type VerificationReport } from './run.js';
import { Tally } from './tally.js';
import { type Verification, Verifications } from './verifications.repository.js';

/** Runs the verifications that were asked for, one at a time in this process; a dead process's is begun again elsewhere. */
export class Verifier extends Errands {
  readonly #verifications: Verifications;

  constructor(parts: LoaderParts) {
    super(parts, { name: 'verification', everyMs: LOOK_MS, atOnce: 1 });
    this.#verifications = new Verifications(parts.database);
  }

  protected async wanted(): Promise<readonly string[]> {
    return (await this.#verifications.unfinished()).map(({ id }) => id);
  }

  protected async run(id: string, signal: AbortSignal): Promise<void> {
    const verification = await this.#verifications.find(id);
    if (verification === undefined || verification.finishedAt !== null) return;
    await this.#verifications.start(id);
    try {
      await this.#verifications.finish(id, { report: await this.#report(verification, signal) });
    } catch (error) {
      // Stopped or overtaken: it stays under way and is begun again.
      if (isAbort(error) || signal.aborted) return;
      this.parts.logger.error({ err: describeError(error), verification: id }, 'a verification failed');
      const reason = isPortageError(error)
        ? error.message
        : 'Something unexpected happened; the log of the loader says what.';
      await this.#verifications.finish(id, { reason });
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
