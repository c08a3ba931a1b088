import { type Database } from '@portage/persistence';
import { PortageError } from '@portage/platform';
import { record } from '../audit/audit.js';
import { type ConnectionStore } from '../connections/connection-store.js';
import { type CredentialStore } from '../credentials/credential-store.js';
import { supersedeExchanges } from '../tokens/journal.js';
import { type KlaviyoAccess, type TargetAccount } from '../vendors/klaviyo-access.js';
import { type Connected, type Grant, type GrantedConsent } from './grant.js';
import { refused } from './refusals.js';

/** What Klaviyo granted: whose account it is and what may be read there, then stored. */
export class TargetGrant implements Grant {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionStore,
    private readonly credentials: CredentialStore,
    private readonly access: KlaviyoAccess,
  ) {}

  async accept(consent: GrantedConsent): Promise<Connected> {
    if (!consent.tokens.refreshToken) throw noRefreshToken();
    const account = await this.access.check({ kind: 'oauth', secret: consent.tokens.accessToken });
    return this.#store(consent, account);
  }

  /** What was loaded so far is known by its account, so that another account is another connection, forced or not. */
  async #store({ connectionId, tokens, actor }: GrantedConsent, account: TargetAccount): Promise<Connected> {
    return this.database.transaction(async (queries) => {
      const generation = await this.credentials.lock(queries, connectionId, 'klaviyo');
      const connection = await this.connections.find(queries, connectionId);
      if (generation === undefined || !connection || connection.view.status === 'disconnected') {
        throw refused('auth.connection_gone');
      }
      const known = connection.view.klaviyo;
      if (known.accountId !== null && known.accountId !== account.id) throw otherTarget(known.organization);
      await this.connections.setTarget(queries, connectionId, account);
      await this.credentials.replaceTokens(queries, connectionId, 'klaviyo', generation, tokens);
      await supersedeExchanges(queries, connectionId, 'klaviyo');
      const details = { provider: 'klaviyo' };
      await record(queries, { actor, action: 'consent.completed', connectionId, outcome: 'ok', details });
      return { connectionId, name: connection.view.name, organization: account.organization };
    });
  }
}

function otherTarget(organization: string | null): PortageError {
  const which = organization ? ` (${organization})` : '';
  return new PortageError({
    code: 'auth.other_target',
    disposition: 'reauthorize',
    message: `This is another Klaviyo account than the one this connection fills${which}. Sign in there with that account, or create a second connection.`,
  });
}

function noRefreshToken(): PortageError {
  return new PortageError({
    code: 'auth.no_refresh_token',
    disposition: 'reauthorize',
    message: 'Klaviyo gave no refresh token, so that the access would end within the hour.',
  });
}
