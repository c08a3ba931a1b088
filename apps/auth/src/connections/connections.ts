import { randomUUID } from 'node:crypto';
import { type Database, type Queries } from '@portage/persistence';
import { PortageError } from '@portage/platform';
import { type Actor, type AuditEntry, record } from '../audit/audit.js';
import { providers } from '../credentials/credential.js';
import { type CredentialStore } from '../credentials/credential-store.js';
import { supersedeExchanges } from '../tokens/journal.js';
import { klaviyoNotConfigured, unknownConnection } from '../tokens/broker-errors.js';
import { type KlaviyoAccess, keyOf, type TargetAccount } from '../vendors/klaviyo-access.js';
import { type OAuthServer } from '../vendors/oauth-server.js';
import { type ConnectionChanges, type NewConnection } from './connection-input.js';
import { type ConnectionStore, type StoredConnection } from './connection-store.js';
import { type Connection } from './connection.js';
import { defaultOptions, withChanges } from './options.js';

/** What an admin does with connections. Each change and its audit entry are one transaction. */
export class Connections {
  constructor(
    private readonly database: Database,
    private readonly store: ConnectionStore,
    private readonly credentials: CredentialStore,
    private readonly klaviyo: KlaviyoAccess,
    /** Undefined while the operator has configured no application. */
    private readonly klaviyoOAuth: OAuthServer | undefined,
  ) {}

  /**
   * @throws PortageError `auth.klaviyo_key_refused`, `auth.klaviyo_scopes_missing`, `auth.klaviyo_not_configured` (dead-letter)
   *   and what {@link KlaviyoAccess.check} tells
   */
  async create(input: NewConnection, actor: Actor): Promise<Connection> {
    const { privateKey } = input.klaviyo;
    // By OAuth the account is known once its owner has consented.
    const target: TargetAccount | undefined = privateKey && (await this.klaviyo.check(keyOf(privateKey)));
    const application = this.klaviyoOAuth?.clientOf({ clientId: null, clientSecret: null });
    if (!privateKey && !application) throw klaviyoNotConfigured();
    const id = randomUUID();
    await this.database.transaction(async (queries) => {
      const options = withChanges(defaultOptions, input.options);
      await this.store.insert(
        queries,
        { id, name: input.name, options },
        { accountId: target?.id ?? null, organization: target?.organization ?? null },
      );
      await this.credentials.insertSource(
        queries,
        id,
        input.constantContact.clientId,
        input.constantContact.clientSecret,
      );
      if (privateKey) await this.credentials.insertPrivateKey(queries, id, privateKey);
      else await this.credentials.insertTargetOAuth(queries, id, application?.id ?? '');
      await record(queries, { actor, action: 'connection.created', connectionId: id, outcome: 'ok' });
    });
    return (await this.get(id)).view;
  }

  /** Whether Klaviyo can be connected by OAuth. */
  get offersOAuth(): boolean {
    return this.klaviyoOAuth !== undefined;
  }

  async all(): Promise<Connection[]> {
    return this.store.all(this.database);
  }

  /** @throws PortageError `auth.unknown_connection` (skip) */
  async get(id: string): Promise<StoredConnection> {
    const connection = await this.store.find(this.database, id);
    if (!connection) throw unknownConnection();
    return connection;
  }

  /** @throws PortageError `auth.other_target` (dead-letter): a key of another Klaviyo account; and what {@link create} tells of keys */
  async change(id: string, changes: ConnectionChanges, actor: Actor): Promise<Connection> {
    const key = changes.klaviyo?.privateKey;
    const target = key && (await this.klaviyo.check(keyOf(key)));
    return this.#change(id, actor, 'connection.changed', async (queries, { view }) => {
      if (key ?? changes.constantContact) requireConnected(view);
      if (key && view.klaviyo.kind === 'oauth') throw connectedByOAuth();
      if (target && target.id !== view.klaviyo.accountId) throw otherTarget(view);
      if (key) await this.credentials.replaceKey(queries, id, key);
      if (changes.constantContact) {
        await this.credentials.replaceClientSecret(queries, id, changes.constantContact.clientSecret);
      }
      const options = withChanges(view.options, changes.options ?? {});
      await this.store.rename(queries, id, changes.name ?? view.name, options);
      return { changed: Object.keys({ ...changes, ...changes.options }) };
    });
  }

  /** @throws PortageError `auth.disconnected`, `auth.unknown_connection`: no consent can help */
  async reconnectable(id: string): Promise<Connection> {
    const { view } = await this.get(id);
    requireConnected(view);
    return view;
  }

  async pause(id: string, actor: Actor): Promise<Connection> {
    return this.#change(id, actor, 'connection.paused', async (queries, { view }) => {
      requireConnected(view);
      await this.store.setPaused(queries, id, true);
    });
  }

  async resume(id: string, actor: Actor): Promise<Connection> {
    return this.#change(id, actor, 'connection.resumed', async (queries, { view }) => {
      requireConnected(view);
      await this.store.setPaused(queries, id, false);
    });
  }

  /** Ends the access to both vendors: every credential is destroyed, what is known of the connection stays. */
  async disconnect(id: string, actor: Actor): Promise<Connection> {
    return this.#change(id, actor, 'connection.disconnected', async (queries) => {
      await this.store.setDisconnected(queries, id);
      await this.credentials.destroy(queries, id);
      for (const provider of providers) await supersedeExchanges(queries, id, provider, 'abandoned');
    });
  }

  /** Removes the connection and its credentials; the audit stays. */
  async delete(id: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (queries) => {
      if (!(await this.store.find(queries, id))) throw unknownConnection();
      for (const provider of providers) await supersedeExchanges(queries, id, provider, 'abandoned');
      await this.store.delete(queries, id);
      await record(queries, { actor, action: 'connection.deleted', connectionId: id, outcome: 'ok' });
    });
  }

  async #change(
    id: string,
    actor: Actor,
    action: AuditEntry['action'],
    work: (queries: Queries, connection: StoredConnection) => Promise<AuditEntry['details'] | void>,
  ): Promise<Connection> {
    return this.database.transaction(async (queries) => {
      await queries.query('SELECT 1 FROM auth.connections WHERE id = $1 FOR UPDATE', [id]);
      const connection = await this.store.find(queries, id);
      if (!connection) throw unknownConnection();
      const details = (await work(queries, connection)) ?? {};
      await record(queries, { actor, action, connectionId: id, outcome: 'ok', details });
      return (await this.store.find(queries, id))?.view ?? connection.view;
    });
  }
}

function otherTarget(view: Connection): PortageError {
  const whose = view.klaviyo.organization ? ` (${view.klaviyo.organization})` : '';
  return new PortageError({
    code: 'auth.other_target',
    disposition: 'dead-letter',
    message: `klaviyo.privateKey: the key is of another Klaviyo account than the one this connection fills${whose}. Create a second connection for that one.`,
  });
}

/** Events that came by a key and by OAuth are two metrics at the vendor, so the ways are not mixed. */
function connectedByOAuth(): PortageError {
  return new PortageError({
    code: 'auth.connected_by_oauth',
    disposition: 'dead-letter',
    message: 'klaviyo.privateKey: this connection was made by OAuth; open a link to connect Klaviyo again.',
  });
}

function requireConnected(view: Connection): void {
  if (view.status !== 'disconnected') return;
  throw new PortageError({
    code: 'auth.disconnected',
    disposition: 'reauthorize',
    message: 'This connection is disconnected and its credentials are destroyed; create a new one.',
  });
}
