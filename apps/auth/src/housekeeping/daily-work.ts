import { describeError, isAbort, type Logger } from '@portage/platform';
import { type AuthorizationStore } from '../consent/authorization-store.js';
import { type Journal } from '../tokens/journal.js';
import { type IdleTokens } from './idle-tokens.js';

/** Once a day: idle tokens are renewed and old rows forgotten. */
export class DailyWork {
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly idleTokens: IdleTokens,
    private readonly authorizations: AuthorizationStore,
    private readonly journal: Journal,
    private readonly logger: Logger,
  ) {}

  /** Never rejects: what failed is logged, and done the next day. */
  async run(): Promise<void> {
    this.#running = this.#work();
    await this.#running;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #work(): Promise<void> {
    try {
      await this.idleTokens.renew();
      await this.authorizations.forgetOld();
      await this.journal.forgetOld();
    } catch (error) {
      if (!isAbort(error)) this.logger.error({ err: describeError(error) }, 'the daily work of auth failed');
    }
  }
}
