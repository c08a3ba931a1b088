import { createHash, randomBytes } from 'node:crypto';
import { type Budget, withRetry } from '@portage/http';
import { type Database, type Queries } from '@portage/persistence';
import { type Clock, isPortageError, PortageError } from '@portage/platform';
import { type Actor, record } from '../audit/audit.js';
import { type ConnectionStore, type SourceAccount } from '../connections/connection-store.js';
import { type CredentialStore } from '../credentials/credential-store.js';
import { type Credential } from '../credentials/credential.js';
import { tokenUnavailable } from '../tokens/broker-errors.js';
import { exchangeMetrics } from '../tokens/metrics.js';
import { supersedeExchanges } from '../tokens/journal.js';
import { takeTokenTurn } from '../tokens/token-pace.js';
import { type ConstantContactAccount } from '../vendors/constant-contact-account.js';
import { type ConstantContactOAuth, type TokenSet } from '../vendors/constant-contact-oauth.js';
import { patiently } from '../vendors/patience.js';
import { safeWord } from '../vendors/token-endpoint.js';
import { type AuthorizationStore } from './authorization-store.js';
import { requirePrivileges, requireScopes } from './privileges.js';
import { refused, refusedState } from './refusals.js';
import { type Signer } from './signer.js';
import { checkTicket, issueTicket } from './ticket.js';

export interface ConsentParts {
  readonly database: Database;
  readonly connections: ConnectionStore;
  readonly credentials: CredentialStore;
  readonly authorizations: AuthorizationStore;
  readonly oauth: ConstantContactOAuth;
  readonly account: ConstantContactAccount;
  readonly budget: Budget;
  readonly tickets: Signer;
  readonly states: Signer;
  readonly publicUrl: string;
  readonly exchangeTimeoutMs: number;
  readonly clock: Clock;
}

/** What came back from the vendor through the browser. */
export interface ConsentAnswer {
  readonly state: string;
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly cookie: string | undefined;
}

export interface Connected {
  readonly name: string;
  readonly organization: string | null;
}

/** The owner's consent at Constant Contact: a link, a redirect, a callback, and the checks of what was granted. */
export class Consent {
  constructor(private readonly parts: ConsentParts) {}

  get redirectUri(): string {
    return `${this.parts.publicUrl}/oauth/callback/constant-contact`;
  }

  /** A link that starts the consent; it needs no credential and lives ten minutes. */
  link(connectionId: string): string {
    const ticket = issueTicket(this.parts.tickets, connectionId, this.parts.clock.now());
    return `${this.parts.publicUrl}/connections/${connectionId}/authorize?ticket=${ticket}`;
  }

  /** @throws PortageError `auth.link_invalid | auth.link_expired | auth.connection_gone` */
  async begin(
    connectionId: string,
    ticket: string,
    actor: Actor,
  ): Promise<{ location: string; state: string; cookie: string }> {
    const { database, tickets, states, oauth, authorizations } = this.parts;
    const verdict = checkTicket(tickets, ticket, connectionId, this.parts.clock.now());
    if (verdict !== 'good') throw refused(verdict === 'expired' ? 'auth.link_expired' : 'auth.link_invalid');
    const { clientId } = await this.#source(database, connectionId);
    const state = states.sign(randomBytes(24).toString('base64url'));
    const cookie = randomBytes(32).toString('base64url');
    const verifier = randomBytes(48).toString('base64url');
    await database.transaction(async (queries) => {
      await authorizations.begin(queries, { state, cookie, verifier, connectionId });
      await record(queries, { actor, action: 'consent.requested', connectionId, outcome: 'ok' });
    });
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    return {
      location: oauth.authorizeLocation({ clientId, redirectUri: this.redirectUri, state, challenge }),
      state,
      cookie,
    };
  }

  /** @throws PortageError one of the refusals, or what the vendor's answer means */
  async complete(answer: ConsentAnswer, actor: Actor): Promise<Connected> {
    if (this.parts.states.verify(answer.state) === undefined) throw refused('auth.state_unknown');
    const redemption = await this.parts.authorizations.redeem(answer.state, answer.cookie);
    if (redemption.kind !== 'redeemed') throw refusedState(redemption.kind);
    const { connectionId, verifier } = redemption;
    try {
      return await this.#redeemed(connectionId, answer, verifier.reveal(), actor);
    } catch (error) {
      const outcome = isPortageError(error) ? error.code : 'failed';
      const entry = { actor, action: 'consent.completed', connectionId, outcome } as const;
      await record(this.parts.database, entry);
      throw error;
    }
  }

  async #redeemed(connectionId: string, answer: ConsentAnswer, verifier: string, actor: Actor): Promise<Connected> {
    if (answer.error === 'access_denied') throw refused('auth.consent_denied');
    const { code, state } = answer;
    if (answer.error !== undefined || !code) {
      throw refused('auth.consent_failed', { error: safeWord(answer.error ?? 'no_code') });
    }
    const client = await this.#source(this.parts.database, connectionId);
    const tokens = await this.#exchange(client, { code, state, verifier });
    // Every check comes before anything is stored: a refused consent leaves what the connection had.
    if (!tokens.refreshToken) throw refused('auth.no_refresh_token');
    requireScopes(tokens.granted);
    requirePrivileges(await this.parts.account.privileges(client.clientId, tokens.accessToken));
    const account = await this.parts.account.summary(client.clientId, tokens.accessToken);
    return this.#store(connectionId, account, tokens, actor);
  }

  /** A code is single use: it is sent again only when it certainly did not arrive. */
  async #exchange(
    client: { clientId: string; credential: Credential },
    grant: { code: string; state: string; verifier: string },
  ): Promise<TokenSet> {
    const { oauth, budget, exchangeTimeoutMs } = this.parts;
    const { clientSecret } = client.credential;
    if (!clientSecret) throw refused('auth.connection_gone');
    const end = exchangeMetrics.start('code');
    try {
      const application = { id: client.clientId, secret: clientSecret };
      const answer = { ...grant, redirectUri: this.redirectUri };
      const tokens = await patiently(
        (signal) =>
          withRetry(
            async () => {
              await takeTokenTurn(budget, application.id, signal);
              return oauth.exchangeCode(application, answer, exchangeTimeoutMs).catch(onceOnly);
            },
            { attempts: 3, baseMs: 500, capMs: 4000, signal },
          ),
        () => tokenUnavailable('constant-contact', 1),
      );
      end('ok');
      return tokens;
    } catch (error) {
      end(isPortageError(error) ? error.code : 'failed');
      throw error;
    }
  }

  async #store(connectionId: string, account: SourceAccount, tokens: TokenSet, actor: Actor): Promise<Connected> {
    const { database, connections, credentials } = this.parts;
    try {
      return await database.transaction(async (queries) => {
        const generation = await credentials.lock(queries, connectionId, 'constant-contact');
        const connection = await connections.find(queries, connectionId);
        if (generation === undefined || !connection || connection.view.status === 'disconnected') {
          throw refused('auth.connection_gone');
        }
        const known = connection.view.constantContact.accountId;
        if (known !== null && known !== account.id) throw otherAccount(connection.view.constantContact.organization);
        const other = await connections.otherOf(queries, connectionId, account.id);
        if (other !== undefined) throw accountTaken(other);
        await connections.setConnected(queries, connectionId, account);
        await credentials.replaceTokens(queries, connectionId, 'constant-contact', generation, tokens);
        await supersedeExchanges(queries, connectionId, 'constant-contact');
        await record(queries, { actor, action: 'consent.completed', connectionId, outcome: 'ok' });
        return { name: connection.view.name, organization: account.organization };
      });
    } catch (error) {
      // Two consents to one account at the same moment: the index lets one through.
      if ((error as { code?: unknown }).code === '23505') throw accountTaken(undefined);
      throw error;
    }
  }

  async #source(queries: Queries, connectionId: string): Promise<{ clientId: string; credential: Credential }> {
    const credential = await this.parts.credentials.find(queries, connectionId, 'constant-contact');
    if (!credential?.clientId || credential.connection.disconnected) throw refused('auth.connection_gone');
    return { clientId: credential.clientId, credential };
  }
}

function onceOnly(error: unknown): never {
  if (isPortageError(error) && error.disposition === 'retry' && error.details.sent !== false) {
    throw new PortageError({
      code: 'auth.exchange_unclear',
      disposition: 'reauthorize',
      message: 'Constant Contact did not answer in a usable way, and its code can be used only once.',
      cause: error,
    });
  }
  throw error;
}

function otherAccount(organization: string | null): PortageError {
  const which = organization ? ` (${organization})` : '';
  return new PortageError({
    code: 'auth.other_account',
    disposition: 'reauthorize',
    message: `This is another Constant Contact account than the one this connection was made with${which}. Sign in there with that account, or create a second connection.`,
  });
}

function accountTaken(name: string | undefined): PortageError {
  const which = name ? `"${name}"` : 'another connection';
  return new PortageError({
    code: 'auth.account_taken',
    disposition: 'reauthorize',
    message: `This Constant Contact account is already connected by ${which}. Disconnect that one first.`,
  });
}
