import { type Database } from '@portage/persistence';
import { dispositionOf, isPortageError } from '@portage/platform';
import { record, self } from '../audit/audit.js';
import { type CredentialStore } from '../credentials/credential-store.js';
import { type Credential, type Provider } from '../credentials/credential.js';
import { type KlaviyoAccess, keyOf } from '../vendors/klaviyo-access.js';
import { assertUsable, reconnectRequired, tokenUnavailable, unknownConnection } from './broker-errors.js';
import { freshnessOf } from './freshness.js';
import { tokensHandedOut } from './metrics.js';
import { type TokenRenewal } from './token-renewal.js';

/** What a service gets: never a refresh token, never a client secret. */
export interface AccessToken {
  readonly accessToken: string;
  readonly scheme: 'Bearer' | 'Klaviyo-API-Key';
  /** ISO 8601 in UTC; null for a key, which does not run out. */
  readonly expiresAt: string | null;
  readonly generation: number;
}

export interface BrokerParts {
  readonly database: Database;
  readonly credentials: CredentialStore;
  readonly renewal: TokenRenewal;
  readonly klaviyo: KlaviyoAccess;
}

/** How often a caller may find that others renewed a token and it was refused again, before it is told to come back. */
const rounds = 3;

/** Hands out access tokens, renewing them when they age or were refused. Any number of brokers may serve one connection. */
export class TokenBroker {
  readonly #renewals = new Map<string, Promise<Credential>>();
  readonly #keyChecks = new Map<string, Promise<void>>();

  constructor(private readonly parts: BrokerParts) {}

  /**
   * @param rejectedGeneration  the generation that the vendor answered 401 to
   * @throws PortageError `auth.unknown_connection` (skip), `auth.not_active`, `auth.reconnect_required` (reauthorize),
   *   `auth.token_unavailable` (retry, with how long to wait)
   */
  async token(connectionId: string, provider: Provider, rejectedGeneration?: number): Promise<AccessToken> {
    try {
      const [credential, outcome] = await this.#current(connectionId, provider, rejectedGeneration);
      tokensHandedOut.inc({ provider, outcome });
      return accessTokenOf(credential);
    } catch (error) {
      tokensHandedOut.inc({ provider, outcome: isPortageError(error) ? error.code : 'failed' });
      throw error;
    }
  }

  /** Resolves when no renewal is under way: an answer that is on its way is stored before the process ends. */
  async drain(): Promise<void> {
    await Promise.allSettled([...this.#renewals.values(), ...this.#keyChecks.values()]);
  }

  async #current(
    connectionId: string,
    provider: Provider,
    rejectedGeneration: number | undefined,
  ): Promise<[Credential, 'fresh' | 'renewed' | 'aging']> {
    let renewed = false;
    for (let round = 0; round < rounds; round += 1) {
      const credential = await this.parts.credentials.find(this.parts.database, connectionId, provider);
      if (!credential) throw unknownConnection();
      assertUsable(credential);
      if (credential.kind === 'private_key') {
        if (rejectedGeneration === credential.generation) await this.#checkKey(credential);
        return [credential, 'fresh'];
      }
      const freshness = freshnessOf(credential, rejectedGeneration);
      if (freshness === 'fresh') return [credential, renewed ? 'renewed' : 'fresh'];
      try {
        await this.renew(credential);
        renewed = true;
      } catch (error) {
        // The vendor is out of reach: a token that still lives is better than none.
        if (freshness === 'aging' && isPassing(error)) return [credential, 'aging'];
        throw error;
      }
    }
    throw tokenUnavailable(provider, 1);
  }

  /** Callers in this process share one wait; between processes the lease decides. Invariant 8. */
  async renew(credential: Pick<Credential, 'connectionId' | 'provider' | 'generation'>): Promise<Credential> {
    const key = `${credential.provider}:${credential.connectionId}`;
    const running = this.#renewals.get(key);
    if (running) return running;
    const renewal = this.parts.renewal
      .renew(credential.connectionId, credential.provider, credential.generation)
      .finally(() => this.#renewals.delete(key));
    this.#renewals.set(key, renewal);
    return renewal;
  }

  /** Klaviyo refused a key once: it is asked whether it knows the key at all before the owner is bothered. */
  async #checkKey(credential: Credential): Promise<void> {
    const running = this.#keyChecks.get(credential.connectionId);
    const check =
      running ?? this.#askAboutKey(credential).finally(() => this.#keyChecks.delete(credential.connectionId));
    this.#keyChecks.set(credential.connectionId, check);
    await check;
  }

  async #askAboutKey(credential: Credential): Promise<void> {
    const { database, credentials, klaviyo } = this.parts;
    if (!credential.privateKey) throw reconnectRequired('klaviyo', credential.reason);
    try {
      await klaviyo.account(keyOf(credential.privateKey), credential.connection.targetAccountId ?? undefined);
    } catch (error) {
      if (dispositionOf(error) !== 'dead-letter') throw tokenUnavailable('klaviyo', 1, error);
      const reason = 'Klaviyo does not accept the private API key any more.';
      const code = isPortageError(error) ? error.code : 'failed';
      await database.transaction(async (queries) => {
        if (!(await credentials.reject(queries, credential, reason))) return;
        const { connectionId } = credential;
        await record(queries, { actor: self, action: 'credential.rejected', connectionId, outcome: code });
      });
      throw reconnectRequired('klaviyo', reason);
    }
  }
}

function isPassing(error: unknown): boolean {
  const disposition = dispositionOf(error);
  return disposition === 'retry' || disposition === 'throttle';
}

function accessTokenOf(credential: Credential): AccessToken {
  const isKey = credential.kind === 'private_key';
  const token = isKey ? credential.privateKey : credential.accessToken;
  if (!token) throw reconnectRequired(credential.provider, credential.reason);
  return {
    accessToken: token.reveal(),
    scheme: isKey ? 'Klaviyo-API-Key' : 'Bearer',
    expiresAt: isKey ? null : (credential.expiresAt?.toISOString() ?? null),
    generation: credential.generation,
  };
}
