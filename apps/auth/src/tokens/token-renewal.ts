import { randomUUID } from 'node:crypto';
import { type Budget } from '@portage/http';
import { type Database, type Lease, Leases } from '@portage/persistence';
import { isAbort, isPortageError, type Logger, PortageError, sleep } from '@portage/platform';
import { record, self } from '../audit/audit.js';
import { type CredentialStore } from '../credentials/credential-store.js';
import { type Credential, type NewTokens, type Provider, vendorNames } from '../credentials/credential.js';
import { type OAuthClient, type OAuthServer } from '../vendors/oauth-server.js';
import { reconnectRequired, tokenUnavailable, unknownConnection } from './broker-errors.js';
import { backoffSeconds } from './freshness.js';
import { endExchange, type Journal, leaseKeyOf, type OpenExchange } from './journal.js';
import { exchangeMetrics } from './metrics.js';
import { holdTokenTurns, takeTokenTurn } from './token-pace.js';
import { whileHeld } from './while-held.js';

export interface RenewalParts {
  readonly database: Database;
  readonly credentials: CredentialStore;
  readonly journal: Journal;
  readonly servers: Partial<Readonly<Record<Provider, OAuthServer>>>;
  readonly budget: Budget;
  readonly logger: Logger;
  readonly leaseSeconds: number;
  /** Ends the waits, never an exchange that was sent. */
  readonly stopping: AbortSignal;
}

/** One refresh token on its way: by whom, to whom, under which lease and entry. */
interface Exchange {
  readonly server: OAuthServer;
  readonly client: OAuthClient;
  readonly credential: Credential;
  readonly lease: Lease;
  readonly entry: OpenExchange;
}

/** How often others' work is looked at while they hold the lease. */
const lookEveryMs = 100;
/** Tries to store an answer that is in hand: it carries the only refresh token that works. */
const storeAttempts = 6;

/**
 * One exchange of a refresh token. Invariant 8: by one process, under a lease that was taken in a transaction of its own;
 * journaled before it is sent; stored before anyone gets the new access token.
 */
export class TokenRenewal {
  constructor(private readonly parts: RenewalParts) {}

  /**
   * The credential after `generation`, whoever renews it.
   *
   * @throws PortageError `auth.reconnect_required` (reauthorize), `auth.token_unavailable` (retry)
   */
  async renew(connectionId: string, provider: Provider, generation: number): Promise<Credential> {
    try {
      return await this.#renew(connectionId, provider, generation);
    } catch (error) {
      // This process is stopping; another replica can be asked at once.
      if (isAbort(error)) throw tokenUnavailable(provider, 0);
      throw error;
    }
  }

  async #renew(connectionId: string, provider: Provider, generation: number): Promise<Credential> {
    const { database, leaseSeconds, stopping } = this.parts;
    // An owner per renewal: a lease that this process holds for another renewal is somebody else's too.
    const owner = randomUUID();
    const leases = new Leases(database, 'auth.leases', owner, leaseSeconds);
    const giveUpAt = Date.now() + 2 * leaseSeconds * 1000;
    while (Date.now() < giveUpAt) {
      stopping.throwIfAborted();
      const credential = await this.#read(connectionId, provider);
      if (credential.generation !== generation) return credential;
      if (credential.retryInSeconds > 0) throw tokenUnavailable(provider, credential.retryInSeconds);
      const lease = await leases.take(leaseKeyOf(connectionId, provider));
      if (lease) {
        try {
          return await this.#underLease(credential, lease, leases, owner);
        } finally {
          await leases.release(lease);
        }
      }
      await sleep(lookEveryMs, stopping);
    }
    throw tokenUnavailable(provider, leaseSeconds);
  }

  async #underLease(stale: Credential, lease: Lease, leases: Leases, owner: string): Promise<Credential> {
    const { connectionId, provider, generation } = stale;
    const { budget, journal, stopping } = this.parts;
    const credential = await this.#read(connectionId, provider);
    if (credential.generation !== generation) return credential;
    if (credential.retryInSeconds > 0) throw tokenUnavailable(provider, credential.retryInSeconds);
    if (credential.state !== 'ready') throw reconnectRequired(provider, credential.reason);
    const server = this.parts.servers[provider];
    const client = server?.clientOf(credential);
    // Without an application nobody can be asked; the tokens stay for when it is configured again.
    if (!server || !client) throw tokenUnavailable(provider, this.parts.leaseSeconds);
    const renewEveryMs = (this.parts.leaseSeconds / 3) * 1000;
    await whileHeld({ leases, lease, renewEveryMs, signal: stopping }, (signal) =>
      takeTokenTurn(budget, server, client.id, signal),
    );
    // The exchange must end before the lease does.
    if (!(await leases.renew(lease))) throw tokenUnavailable(provider, 1);
    const entry = await journal.open(lease, owner, provider, generation);
    if (!entry) throw tokenUnavailable(provider, 1);
    return this.#exchange({ server, client, credential, lease, entry });
  }

  async #exchange(exchange: Exchange): Promise<Credential> {
    const { server, client, credential, entry } = exchange;
    const end = exchangeMetrics.start(credential.provider, 'refresh');
    const sentAt = performance.now();
    let tokens: NewTokens;
    try {
      if (!credential.refreshToken) throw withoutCredential();
      const timeoutMs = (this.parts.leaseSeconds / 2) * 1000;
      tokens = await server.refresh(client, credential.refreshToken, timeoutMs);
      end('ok');
    } catch (error) {
      if (!isPortageError(error)) throw error;
      end(error.code);
      return await this.#failed(error, exchange);
    }
    // The token's life began when it was made, not when its answer arrived.
    const lifeSeconds = Math.max(1, tokens.lifeSeconds - (performance.now() - sentAt) / 1000);
    return this.#store(credential, entry, { ...tokens, lifeSeconds });
  }

  /**
   * By generation, not by lease: when the lease was lost while the answer was on its way, the answer still holds the only refresh
   * token that works. The entry ends in the same transaction.
   */
  async #store(credential: Credential, entry: OpenExchange, tokens: NewTokens): Promise<Credential> {
    const { connectionId, provider, generation } = credential;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.parts.database.transaction(async (queries) => {
          const replaced = await this.parts.credentials.replaceTokens(
            queries,
            connectionId,
            provider,
            generation,
            tokens,
          );
          await endExchange(queries, entry, replaced ? 'renewed' : 'superseded');
          const outcome = replaced ? 'ok' : 'superseded';
          const details = { provider, attempts: entry.attempts };
          await record(queries, { actor: self, action: 'token.exchanged', connectionId, outcome, details });
        });
        return await this.#read(connectionId, provider);
      } catch (error) {
        if (isPortageError(error) || attempt === storeAttempts) throw error;
        await sleep(100 * 2 ** attempt);
      }
    }
  }

  async #failed(error: PortageError, exchange: Exchange): Promise<Credential> {
    const { server, client, credential, lease, entry } = exchange;
    const { provider, connectionId, generation } = credential;
    if (error.disposition === 'reauthorize') {
      const current = await this.#read(connectionId, provider);
      if (current.generation !== generation) return current;
      await this.#reject(error, credential, lease, entry);
      throw reconnectRequired(provider, reasonOf(error, entry, provider));
    }
    if (error.disposition === 'throttle') {
      await holdTokenTurns(this.parts.budget, server, client.id, error.retryAfterMs ?? 1000);
    }
    const waitSeconds = backoffSeconds(credential.failures);
    const isUnclear = error.disposition === 'retry' && error.details.sent !== false;
    await this.parts.database.transaction(async (queries) => {
      await this.parts.credentials.postpone(queries, credential, waitSeconds);
      // Left open, it is tried again by whoever comes first, this process or another.
      if (!isUnclear) await endExchange(queries, entry, 'not_sent');
    });
    throw tokenUnavailable(provider, waitSeconds, error);
  }

  async #reject(error: PortageError, credential: Credential, lease: Lease, entry: OpenExchange): Promise<void> {
    const { connectionId, provider } = credential;
    await this.parts.database.transaction(async (queries) => {
      // A holder that was overtaken has nothing to say about failure: its successor is trying the same token.
      const [held] = await queries.query('SELECT 1 FROM auth.leases WHERE key = $1 AND fence = $2 FOR UPDATE', [
        lease.key,
        lease.fence,
      ]);
      if (!held || !(await this.parts.credentials.reject(queries, credential, reasonOf(error, entry, provider))))
        return;
      await endExchange(queries, entry, 'refused');
      const details = { provider, attempts: entry.attempts };
      await record(queries, { actor: self, action: 'credential.rejected', connectionId, outcome: error.code, details });
      this.parts.logger.error({ connectionId, provider, code: error.code }, 'the owner must connect again');
    });
  }

  async #read(connectionId: string, provider: Provider): Promise<Credential> {
    const credential = await this.parts.credentials.find(this.parts.database, connectionId, provider);
    if (!credential) throw unknownConnection();
    return credential;
  }
}

/** Plain words for the owner; after a lost answer they say so, because nobody revoked anything then. */
function reasonOf(error: PortageError, entry: OpenExchange, provider: Provider): string {
  return error.code === 'auth.grant_refused' && entry.attempts > 1
    ? `An answer of ${vendorNames[provider]} was lost, and its refresh tokens can be used only once. Allow access again.`
    : error.message;
}

function withoutCredential(): PortageError {
  return new PortageError({
    code: 'auth.grant_refused',
    disposition: 'reauthorize',
    message: 'There is no refresh token to renew the access with.',
  });
}
