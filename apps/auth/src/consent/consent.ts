import { createHash, randomBytes } from 'node:crypto';
import { type Budget, withRetry } from '@portage/http';
import { type Database } from '@portage/persistence';
import { type Clock, isPortageError, PortageError } from '@portage/platform';
import { type Actor, record } from '../audit/audit.js';
import { type ConnectionStore } from '../connections/connection-store.js';
import { type CredentialStore } from '../credentials/credential-store.js';
import { type Provider, vendorNames } from '../credentials/credential.js';
import { klaviyoNotConfigured, tokenUnavailable } from '../tokens/broker-errors.js';
import { exchangeMetrics } from '../tokens/metrics.js';
import { takeTokenTurn } from '../tokens/token-pace.js';
import { type OAuthClient, type OAuthServer, type TokenSet } from '../vendors/oauth-server.js';
import { patiently } from '../vendors/patience.js';
import { safeWord } from '../vendors/token-endpoint.js';
import { type AuthorizationStore, type Redeemed } from './authorization-store.js';
import { type Connected, type Grant } from './grant.js';
import { refused, refusedState } from './refusals.js';
import { type Signer } from './signer.js';
import { checkTicket, type ConsentWish, issueTicket } from './ticket.js';

export interface ConsentParts {
  readonly database: Database;
  readonly connections: ConnectionStore;
  readonly credentials: CredentialStore;
  readonly authorizations: AuthorizationStore;
  readonly servers: Partial<Readonly<Record<Provider, OAuthServer>>>;
  readonly grants: Readonly<Record<Provider, Grant>>;
  readonly budget: Budget;
  readonly tickets: Signer;
  readonly states: Signer;
  readonly publicUrl: string;
  readonly exchangeTimeoutMs: number;
  readonly clock: Clock;
}

/** What came back from a vendor through the browser. */
export interface ConsentAnswer {
  readonly provider: Provider;
  readonly state: string;
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly cookie: string | undefined;
}

/** The owner's consent at a vendor: a link, a redirect, a callback, and the checks of what was granted. */
export class Consent {
  constructor(private readonly parts: ConsentParts) {}

  redirectUri(provider: Provider): string {
    return `${this.parts.publicUrl}/oauth/callback/${provider}`;
  }

  /** A link that starts the consent; it needs no credential and lives ten minutes. */
  link(connectionId: string, wish: ConsentWish = {}): string {
    const ticket = issueTicket(this.parts.tickets, connectionId, this.parts.clock.now(), wish);
    return `${this.parts.publicUrl}/connections/${connectionId}/authorize?ticket=${ticket}`;
  }

  /** @throws PortageError `auth.link_invalid | auth.link_expired | auth.connection_gone | auth.klaviyo_not_configured` */
  async begin(
    connectionId: string,
    ticket: string,
    actor: Actor,
  ): Promise<{ location: string; state: string; cookie: string; provider: Provider }> {
    const { database, tickets, states, authorizations } = this.parts;
    const verdict = checkTicket(tickets, ticket, connectionId, this.parts.clock.now());
    if (verdict.kind !== 'good') throw refused(verdict.kind === 'expired' ? 'auth.link_expired' : 'auth.link_invalid');
    const provider = verdict.wish.provider ?? (await this.#lacking(connectionId)) ?? 'constant-contact';
    const { server, client } = await this.#application(connectionId, provider);
    const state = states.sign(randomBytes(24).toString('base64url'));
    const cookie = randomBytes(32).toString('base64url');
    const verifier = randomBytes(48).toString('base64url');
    const forced = verdict.wish.forced ?? false;
    await database.transaction(async (queries) => {
      await authorizations.begin(queries, { state, cookie, verifier, connectionId, provider, forced });
      const details = { provider, ...(forced ? { forced } : {}) };
      await record(queries, { actor, action: 'consent.requested', connectionId, outcome: 'ok', details });
    });
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const redirectUri = this.redirectUri(provider);
    return {
      location: server.authorizeLocation({ clientId: client.id, redirectUri, state, challenge }),
      state,
      cookie,
      provider,
    };
  }

  /**
   * @returns what was connected, and the link to the other vendor's consent while that one lacks
   * @throws PortageError one of the refusals, or what the vendor's answer means
   */
  async complete(answer: ConsentAnswer, actor: Actor): Promise<Connected & { readonly next: string | undefined }> {
    if (this.parts.states.verify(answer.state) === undefined) throw refused('auth.state_unknown');
    const redemption = await this.parts.authorizations.redeem(answer.state, answer.cookie, answer.provider);
    if (redemption.kind !== 'redeemed') throw refusedState(redemption.kind);
    const { connectionId } = redemption;
    try {
      const connected = await this.#redeemed(redemption, answer, actor);
      const lacking = await this.#lacking(connectionId);
      return { ...connected, next: lacking && this.link(connectionId, { provider: lacking }) };
    } catch (error) {
      const outcome = isPortageError(error) ? error.code : 'failed';
      const details = { provider: answer.provider };
      await record(this.parts.database, { actor, action: 'consent.completed', connectionId, outcome, details });
      throw error;
    }
  }

  async #redeemed(redeemed: Redeemed, answer: ConsentAnswer, actor: Actor): Promise<Connected> {
    const { connectionId, verifier, forced } = redeemed;
    const vendor = vendorNames[answer.provider];
    if (answer.error === 'access_denied') throw refused('auth.consent_denied', { vendor });
    const { code, state, provider } = answer;
    if (answer.error !== undefined || !code) {
      throw refused('auth.consent_failed', { vendor, error: safeWord(answer.error ?? 'no_code') });
    }
    const { server, client } = await this.#application(connectionId, provider);
    const tokens = await this.#exchange(server, client, { code, state, verifier: verifier.reveal() });
    return this.parts.grants[provider].accept({ connectionId, clientId: client.id, tokens, forced, actor });
  }

  /** A code is single use: it is sent again only when it certainly did not arrive. */
  async #exchange(
    server: OAuthServer,
    client: OAuthClient,
    grant: { code: string; state: string; verifier: string },
  ): Promise<TokenSet> {
    const { budget, exchangeTimeoutMs } = this.parts;
    const { provider } = server;
    const end = exchangeMetrics.start(provider, 'code');
    try {
      const answer = { ...grant, redirectUri: this.redirectUri(provider) };
      const tokens = await patiently(
        (signal) =>
          withRetry(
            async () => {
              await takeTokenTurn(budget, server, client.id, signal);
              return server
                .exchangeCode(client, answer, exchangeTimeoutMs)
                .catch((error: unknown) => onceOnly(error, provider));
            },
            { attempts: 3, baseMs: 500, capMs: 4000, signal },
          ),
        () => tokenUnavailable(provider, 1),
      );
      end('ok');
      return tokens;
    } catch (error) {
      end(isPortageError(error) ? error.code : 'failed');
      throw error;
    }
  }

  /** The vendor whose consent this connection still needs. */
  async #lacking(connectionId: string): Promise<Provider | undefined> {
    return (await this.parts.connections.find(this.parts.database, connectionId))?.lacksConsent;
  }

  async #application(connectionId: string, provider: Provider): Promise<{ server: OAuthServer; client: OAuthClient }> {
    const { credentials, database, servers } = this.parts;
    const credential = await credentials.find(database, connectionId, provider);
    if (!credential || credential.connection.disconnected || credential.kind !== 'oauth') {
      throw refused('auth.connection_gone');
    }
    const server = servers[provider];
    if (!server) throw klaviyoNotConfigured();
    const client = server.clientOf(credential);
    if (!client) throw refused('auth.connection_gone');
    return { server, client };
  }
}

function onceOnly(error: unknown, provider: Provider): never {
  if (isPortageError(error) && error.disposition === 'retry' && error.details.sent !== false) {
    throw new PortageError({
      code: 'auth.exchange_unclear',
      disposition: 'reauthorize',
      message: `${vendorNames[provider]} did not answer in a usable way, and its code can be used only once.`,
      cause: error,
    });
  }
  throw error;
}
