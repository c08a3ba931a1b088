import { Budget } from '@portage/http';
import { Database } from '@portage/persistence';
import { type Environment, type Logger, PortageError, type Secret, systemClock } from '@portage/platform';
import { AuditReader } from './audit/audit-reader.js';
import { Connections } from './connections/connections.js';
import { ConnectionStore } from './connections/connection-store.js';
import { AuthorizationStore } from './consent/authorization-store.js';
import { Consent } from './consent/consent.js';
import { SourceGrant } from './consent/source-grant.js';
import { TargetGrant } from './consent/target-grant.js';
import { Signer } from './consent/signer.js';
import { CredentialStore } from './credentials/credential-store.js';
import { type EncryptionKey, Vault } from './credentials/vault.js';
import { DailyWork } from './housekeeping/daily-work.js';
import { IdleTokens } from './housekeeping/idle-tokens.js';
import { ExchangeRecovery } from './tokens/exchange-recovery.js';
import { KeyRotation } from './keys/key-rotation.js';
import { PagesAccess } from './pages/pages-access.js';
import { Sessions } from './pages/session.js';
import { Journal } from './tokens/journal.js';
import { TokenBroker } from './tokens/token-broker.js';
import { TokenRenewal } from './tokens/token-renewal.js';
import { ConstantContactAccount } from './vendors/constant-contact-account.js';
import { constantContactOAuth } from './vendors/constant-contact-oauth.js';
import { KlaviyoAccess } from './vendors/klaviyo-access.js';
import { klaviyoOAuth } from './vendors/klaviyo-oauth.js';

export interface AuthParts {
  readonly database: Database;
  readonly audit: AuditReader;
  readonly keyRotation: KeyRotation;
  readonly pages: PagesAccess;
  readonly connections: Connections;
  readonly consent: Consent;
  readonly broker: TokenBroker;
  readonly recovery: ExchangeRecovery;
  readonly dailyWork: DailyWork;
  /** Ends the waits for a turn or for another replica, so that requests under way are answered. */
  stopWaiting(): void;
  /** Exchanges under way are stored, then the database is closed. */
  close(): Promise<void>;
}

/**
 * Builds everything auth is made of, by hand and in reading order; Nest only hands it out.
 *
 * @throws PortageError `config.encryption_keys` (halt) when a stored secret cannot be read with the given keys, `database.unreachable`
 */
export async function openAuth(
  environment: Environment & { readonly DATABASE_URL: Secret },
  keys: readonly EncryptionKey[],
  logger: Logger,
): Promise<AuthParts> {
  const { DATABASE_URL: url, DATABASE_SSL: ssl, LEASE_SECONDS: leaseSeconds } = environment;
  const vault = new Vault(keys);
  const credentials = new CredentialStore(vault);
  const database = await Database.open({ url, ssl, role: 'portage_auth' });
  await credentials.assertReadable(database).catch(async (error: unknown) => {
    await database.close();
    throw unreadableAtStart(error);
  });
  const stopping = new AbortController();
  const budget = new Budget(database);
  const klaviyoServer = klaviyoOAuth({
    authorizeUrl: environment.KLAVIYO_AUTHORIZE_URL,
    apiUrl: environment.KLAVIYO_API_URL,
    clientId: environment.KLAVIYO_CLIENT_ID,
    clientSecret: environment.KLAVIYO_CLIENT_SECRET,
    limitScale: environment.KLAVIYO_LIMIT_SCALE,
  });
  const servers = {
    'constant-contact': constantContactOAuth(environment.CONSTANT_CONTACT_AUTH_URL),
    ...(klaviyoServer ? { klaviyo: klaviyoServer } : {}),
  };
  const klaviyo = new KlaviyoAccess(
    {
      apiUrl: environment.KLAVIYO_API_URL,
      revision: environment.KLAVIYO_REVISION,
      limitScale: environment.KLAVIYO_LIMIT_SCALE,
    },
    budget,
  );
  const store = new ConnectionStore();
  const journal = new Journal(database);
  const authorizations = new AuthorizationStore(database, vault);
  const connections = new Connections(database, store, credentials, klaviyo, klaviyoServer);
  const account = new ConstantContactAccount(environment.CONSTANT_CONTACT_API_URL, budget, {
    perSecond: environment.CONSTANT_CONTACT_RATE,
    perDay: environment.CONSTANT_CONTACT_DAILY_CALLS,
  });
  const publicUrl = environment.PUBLIC_URL ?? `http://127.0.0.1:${environment.AUTH_PORT}`;
  const sessions = new Sessions({
    sessions: new Signer(keys, 'session'),
    forms: new Signer(keys, 'form'),
    tokens: { admin: environment.PORTAGE_ADMIN_TOKEN ?? [] },
    publicUrl,
    clock: systemClock,
  });
  const consent = new Consent({
    database,
    connections: store,
    credentials,
    authorizations,
    servers,
    grants: {
      'constant-contact': new SourceGrant(database, store, credentials, account),
      klaviyo: new TargetGrant(database, store, credentials, klaviyo),
    },
    budget,
    tickets: new Signer(keys, 'ticket'),
    states: new Signer(keys, 'state'),
    publicUrl,
    exchangeTimeoutMs: 15_000,
    clock: systemClock,
  });
  const renewal = new TokenRenewal({
    database,
    credentials,
    journal,
    servers,
    budget,
    logger,
    leaseSeconds,
    stopping: stopping.signal,
  });
  const broker = new TokenBroker({ database, credentials, renewal, klaviyo });
  return {
    database,
    audit: new AuditReader(database),
    keyRotation: new KeyRotation(database, vault),
    pages: new PagesAccess(sessions, database, publicUrl),
    connections,
    consent,
    broker,
    recovery: new ExchangeRecovery(database, journal, broker, logger),
    dailyWork: new DailyWork(
      new IdleTokens(database, credentials, broker, logger, leaseSeconds),
      authorizations,
      journal,
      logger,
    ),
    stopWaiting: () => stopping.abort(),
    close: async () => {
      stopping.abort();
      await broker.drain();
      await database.close();
    },
  };
}

function unreadableAtStart(error: unknown): unknown {
  if ((error as { code?: unknown }).code !== 'auth.secret_unreadable') return error;
  return new PortageError({
    code: 'config.encryption_keys',
    disposition: 'halt',
    message: `${(error as Error).message} Give back the key that sealed it; PORTAGE_ENCRYPTION_KEYS takes several, the first one seals.`,
  });
}
