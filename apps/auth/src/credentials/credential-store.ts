import { type Queries } from '@portage/persistence';
import { type Secret } from '@portage/platform';
import { clientRefusal } from '../vendors/token-endpoint.js';
import { type Credential, type CredentialState, type NewTokens, type Provider, vendorNames } from './credential.js';
import { type Vault } from './vault.js';

type SecretColumn = 'client_secret' | 'private_key' | 'access_token' | 'refresh_token';

interface CredentialRow extends Readonly<Record<SecretColumn, string | null>> {
  readonly connection_id: string;
  readonly provider: Provider;
  readonly kind: 'oauth' | 'private_key';
  readonly state: CredentialState;
  readonly reason: string | null;
  readonly client_id: string | null;
  readonly generation: number;
  readonly expires_at: Date | null;
  readonly remaining: number | null;
  readonly life: number | null;
  readonly retry_in: number | null;
  readonly failures: number;
  readonly paused: boolean;
  readonly disconnected: boolean;
  readonly target_account_id: string | null;
}

const selectCredentials = `
  SELECT k.*, c.paused, c.disconnected, c.target_account_id,
    extract(epoch FROM k.expires_at - now())::float8 AS remaining,
    extract(epoch FROM k.expires_at - k.issued_at)::float8 AS life,
    extract(epoch FROM k.retry_at - now())::float8 AS retry_in
  FROM auth.credentials k JOIN auth.connections c ON c.id = k.connection_id`;

/** Rows of `auth.credentials`, sealed on the way in and opened on the way out. */
export class CredentialStore {
  constructor(private readonly vault: Vault) {}

  async find(queries: Queries, connectionId: string, provider: Provider): Promise<Credential | undefined> {
    const [row] = await queries.query<CredentialRow>(
      `${selectCredentials} WHERE k.connection_id = $1 AND k.provider = $2`,
      [connectionId, provider],
    );
    return row && this.#opened(row);
  }

  /** The present generation; the row stays locked until the transaction ends. */
  async lock(queries: Queries, connectionId: string, provider: Provider): Promise<number | undefined> {
    const [row] = await queries.query<{ generation: number }>(
      'SELECT generation FROM auth.credentials WHERE connection_id = $1 AND provider = $2 FOR UPDATE',
      [connectionId, provider],
    );
    return row?.generation;
  }

  async insertSource(queries: Queries, connectionId: string, clientId: string, secret: Secret): Promise<void> {
    await queries.execute(
      `INSERT INTO auth.credentials (connection_id, provider, kind, state, client_id, client_secret)
       VALUES ($1, 'constant-contact', 'oauth', 'awaiting', $2, $3)`,
      [connectionId, clientId, this.#sealed(secret, connectionId, 'constant-contact', 'client_secret')],
    );
  }

  async insertPrivateKey(queries: Queries, connectionId: string, key: Secret): Promise<void> {
    await queries.execute(
      `INSERT INTO auth.credentials (connection_id, provider, kind, state, private_key, generation, issued_at)
       VALUES ($1, 'klaviyo', 'private_key', 'ready', $2, 1, now())`,
      [connectionId, this.#sealed(key, connectionId, 'klaviyo', 'private_key')],
    );
  }

  /** Klaviyo by OAuth: the application is the operator's, so only its id is kept. */
  async insertTargetOAuth(queries: Queries, connectionId: string, clientId: string): Promise<void> {
    await queries.execute(
      `INSERT INTO auth.credentials (connection_id, provider, kind, state, client_id) VALUES ($1, 'klaviyo', 'oauth', 'awaiting', $2)`,
      [connectionId, clientId],
    );
  }

  async replaceKey(queries: Queries, connectionId: string, key: Secret): Promise<void> {
    await queries.execute(
      `UPDATE auth.credentials SET private_key = $2, generation = generation + 1, issued_at = now(), state = 'ready', reason = NULL
       WHERE connection_id = $1 AND provider = 'klaviyo' AND kind = 'private_key'`,
      [connectionId, this.#sealed(key, connectionId, 'klaviyo', 'private_key')],
    );
  }

  /**
   * The tokens stay: whether the vendor still takes them with the new secret shows at the next exchange. What was refused for
   * its client alone is tried again.
   */
  async replaceClientSecret(queries: Queries, connectionId: string, secret: Secret): Promise<void> {
    await queries.execute(
      `UPDATE auth.credentials SET client_secret = $2, failures = 0, retry_at = NULL,
         state = CASE WHEN state = 'rejected' AND reason = $3 THEN 'ready' ELSE state END,
         reason = CASE WHEN state = 'rejected' AND reason = $3 THEN NULL ELSE reason END
       WHERE connection_id = $1 AND provider = 'constant-contact'`,
      [
        connectionId,
        this.#sealed(secret, connectionId, 'constant-contact', 'client_secret'),
        clientRefusal(vendorNames['constant-contact']),
      ],
    );
  }

  /**
   * Stores tokens in place of those of `generation`; false when others have taken that place meanwhile.
   * A rejected credential is healed too: an answer that arrives late still carries the only refresh token that works.
   */
  async replaceTokens(
    queries: Queries,
    connectionId: string,
    provider: Provider,
    generation: number,
    tokens: NewTokens,
  ): Promise<boolean> {
    const seal = (secret: Secret, column: SecretColumn) => this.#sealed(secret, connectionId, provider, column);
    const touched = await queries.execute(
      `UPDATE auth.credentials SET access_token = $4, refresh_token = coalesce($5, refresh_token), generation = generation + 1,
         issued_at = now(), expires_at = now() + $6 * interval '1 second', failures = 0, retry_at = NULL,
         state = 'ready', reason = NULL
       WHERE connection_id = $1 AND provider = $2 AND generation = $3 AND state <> 'destroyed'`,
      [
        connectionId,
        provider,
        generation,
        seal(tokens.accessToken, 'access_token'),
        tokens.refreshToken ? seal(tokens.refreshToken, 'refresh_token') : null,
        tokens.lifeSeconds,
      ],
    );
    return touched === 1;
  }

  async reject(queries: Queries, credential: Credential, reason: string): Promise<boolean> {
    const touched = await queries.execute(
      `UPDATE auth.credentials SET state = 'rejected', reason = $4
       WHERE connection_id = $1 AND provider = $2 AND generation = $3 AND state = 'ready'`,
      [credential.connectionId, credential.provider, credential.generation, reason],
    );
    return touched === 1;
  }

  async postpone(queries: Queries, credential: Credential, seconds: number): Promise<void> {
    await queries.execute(
      `UPDATE auth.credentials SET failures = failures + 1, retry_at = now() + $4 * interval '1 second'
       WHERE connection_id = $1 AND provider = $2 AND generation = $3`,
      [credential.connectionId, credential.provider, credential.generation, seconds],
    );
  }

  /** Wipes every secret of a connection. The generation grows, so that an exchange under way cannot bring one back. */
  async destroy(queries: Queries, connectionId: string): Promise<void> {
    await queries.execute(
      `UPDATE auth.credentials SET state = 'destroyed', reason = NULL, generation = generation + 1, client_secret = NULL,
         private_key = NULL, access_token = NULL, refresh_token = NULL, expires_at = NULL
       WHERE connection_id = $1`,
      [connectionId],
    );
  }

  /** Connections whose tokens of `provider` were issued longer ago than `days` and can be renewed. */
  async idle(
    queries: Queries,
    days: number,
  ): Promise<{ connectionId: string; provider: Provider; generation: number }[]> {
    return queries.query(
      `SELECT connection_id AS "connectionId", provider, generation FROM auth.credentials
       WHERE kind = 'oauth' AND state = 'ready' AND issued_at < now() - $1 * interval '1 day' ORDER BY issued_at`,
      [days],
    );
  }

  /** Opens everything that is stored. @throws PortageError `auth.secret_unreadable` at the first that the given keys do not open */
  async assertReadable(queries: Queries): Promise<void> {
    for (const row of await queries.query<CredentialRow>(selectCredentials)) this.#opened(row);
  }

  #opened(row: CredentialRow): Credential {
    const secret = (column: SecretColumn): Secret | null => {
      const envelope = row[column];
      return envelope === null ? null : this.vault.open(envelope, placeOf(row.connection_id, row.provider, column));
    };
    return {
      connectionId: row.connection_id,
      provider: row.provider,
      kind: row.kind,
      state: row.state,
      reason: row.reason,
      clientId: row.client_id,
      clientSecret: secret('client_secret'),
      privateKey: secret('private_key'),
      accessToken: secret('access_token'),
      refreshToken: secret('refresh_token'),
      generation: row.generation,
      expiresAt: row.expires_at,
      remainingSeconds: row.remaining ?? 0,
      lifeSeconds: row.life ?? 0,
      retryInSeconds: row.retry_in ?? 0,
      failures: row.failures,
      connection: { paused: row.paused, disconnected: row.disconnected, targetAccountId: row.target_account_id },
    };
  }

  #sealed(secret: Secret, connectionId: string, provider: Provider, column: SecretColumn): string {
    return this.vault.seal(secret, placeOf(connectionId, provider, column));
  }
}

function placeOf(connectionId: string, provider: Provider, column: SecretColumn) {
  return { table: 'auth.credentials', row: `${connectionId}/${provider}`, column };
}
