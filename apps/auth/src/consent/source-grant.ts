import { type Database } from '@portage/persistence';
import { PortageError } from '@portage/platform';
import { record } from '../audit/audit.js';
import { type ConnectionStore, type SourceAccount } from '../connections/connection-store.js';
import { type CredentialStore } from '../credentials/credential-store.js';
import { supersedeExchanges } from '../tokens/journal.js';
import { type ConstantContactAccount } from '../vendors/constant-contact-account.js';
import { type Connected, type Grant, type GrantedConsent } from './grant.js';
import { requirePrivileges, requireScopes } from './privileges.js';
import { refused } from './refusals.js';

/** What Constant Contact granted: checked for what reading needs, then stored. */
export class SourceGrant implements Grant {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionStore,
    private readonly credentials: CredentialStore,
    private readonly account: ConstantContactAccount,
  ) {}

  async accept(consent: GrantedConsent): Promise<Connected> {
    const { clientId, tokens } = consent;
    // Every check comes before anything is stored: a refused consent leaves what the connection had.
    if (!tokens.refreshToken) throw refused('auth.no_refresh_token');
    requireScopes(tokens.granted);
    requirePrivileges(await this.account.privileges(clientId, tokens.accessToken));
    const account = await this.account.summary(clientId, tokens.accessToken);
    try {
      return await this.#store(consent, account);
    } catch (error) {
      // Two consents to one account at the same moment: the index lets one through.
      if ((error as { code?: unknown }).code === '23505') throw accountTaken(undefined);
      throw error;
    }
  }

  async #store(consent: GrantedConsent, account: SourceAccount): Promise<Connected> {
    const { connectionId, tokens, actor, forced } = consent;
    const { connections, credentials } = this;
    return this.database.transaction(async (queries) => {
      const generation = await credentials.lock(queries, connectionId, 'constant-contact');
      const connection = await connections.find(queries, connectionId);
      if (generation === undefined || !connection || connection.view.status === 'disconnected') {
        throw refused('auth.connection_gone');
      }
      const known = connection.view.constantContact;
      const isOther = known.accountId !== null && known.accountId !== account.id;
      if (isOther && !forced) throw otherAccount(known.organization);
      const other = await connections.otherOf(queries, connectionId, account.id);
      if (other !== undefined) throw accountTaken(other);
      await connections.setConnected(queries, connectionId, account);
      await credentials.replaceTokens(queries, connectionId, 'constant-contact', generation, tokens);
      await supersedeExchanges(queries, connectionId, 'constant-contact');
      const details = { provider: 'constant-contact', ...(isOther ? { otherAccount: true } : {}) };
      await record(queries, { actor, action: 'consent.completed', connectionId, outcome: 'ok', details });
      return { connectionId, name: connection.view.name, organization: account.organization };
    });
  }
}

function otherAccount(organization: string | null): PortageError {
  const which = organization ? ` (${organization})` : '';
  return new PortageError({
    code: 'auth.other_account',
    disposition: 'reauthorize',
    message: `This is another Constant Contact account than the one this connection was made with${which}. Sign in there with that account, create a second connection, or ask for a link that allows another account.`,
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
