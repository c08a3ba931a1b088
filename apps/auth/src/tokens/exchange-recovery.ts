import { type Database } from '@portage/persistence';
import { isAbort, isPortageError, type Logger } from '@portage/platform';
import { type Journal, supersedeExchanges } from './journal.js';
import { type TokenBroker } from './token-broker.js';

/**
 * Resolves exchanges whose process died before it could store the answer: the old refresh token is tried once more, and the
 * connection is either well again or in need of its owner. Never left to be found out by chance.
 */
export class ExchangeRecovery {
  constructor(
    private readonly database: Database,
    private readonly journal: Journal,
    private readonly broker: TokenBroker,
    private readonly logger: Logger,
  ) {}

  async resolve(): Promise<void> {
    for (const orphan of await this.journal.orphans()) {
      const { connectionId, provider } = orphan;
      try {
        const credential = await this.broker.renew(orphan);
        if (credential.generation === orphan.generation) continue;
        await supersedeExchanges(this.database, connectionId, provider);
        this.logger.warn({ connectionId, provider }, 'an interrupted token exchange was resolved');
      } catch (error) {
        if (isAbort(error) || !isPortageError(error)) throw error;
        // Still unclear exchanges stay open; the others have nothing left to try.
        if (error.disposition === 'retry' || error.disposition === 'throttle') continue;
        await supersedeExchanges(this.database, connectionId, provider, 'abandoned');
      }
    }
  }
}
