import { randomUUID } from 'node:crypto';
import { type Database, Leases } from '@portage/persistence';
import { isAbort, isPortageError, type Logger } from '@portage/platform';
import { type CredentialStore } from '../credentials/credential-store.js';
import { type TokenBroker } from '../tokens/token-broker.js';

/** Both vendors let refresh tokens die that nobody uses (after 180 and 90 days); a week leaves room for a long outage. */
const idleDays = 7;
const leaseKey = 'idle-tokens';

/** Renews tokens that nobody asked for in a week, of paused connections for example. One replica at a time. */
export class IdleTokens {
  readonly #leases: Leases;

  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialStore,
    private readonly broker: TokenBroker,
    private readonly logger: Logger,
    leaseSeconds: number,
  ) {
    this.#leases = new Leases(database, 'auth.leases', randomUUID(), leaseSeconds);
  }

  async renew(): Promise<void> {
    const lease = await this.#leases.take(leaseKey);
    if (!lease) return;
    try {
      for (const credential of await this.credentials.idle(this.database, idleDays)) {
        if (!(await this.#leases.renew(lease))) return;
        await this.#renewOne(credential);
      }
    } finally {
      await this.#leases.release(lease);
    }
  }

  /** One connection's trouble is not another's. A refusal was recorded where it was met. */
  async #renewOne(credential: Parameters<TokenBroker['renew']>[0]): Promise<void> {
    try {
      await this.broker.renew(credential);
    } catch (error) {
      if (isAbort(error) || !isPortageError(error)) throw error;
      const { connectionId, provider } = credential;
      this.logger.warn({ connectionId, provider, code: error.code }, 'an idle token could not be renewed today');
    }
  }
}
