import { type Queries } from '@portage/persistence';
import { type CredentialState, type Provider } from '../credentials/credential.js';
import { type Connection, isTargetUsable, lacksConsent, statusOf } from './connection.js';
import { type ConnectionOptions } from './options.js';

interface ConnectionRow {
  readonly id: string;
  readonly name: string;
  readonly options: ConnectionOptions;
  readonly paused: boolean;
  readonly disconnected: boolean;
  readonly created_at: Date;
  readonly connected_at: Date | null;
  readonly source_account_id: string | null;
  readonly source_organization: string | null;
  readonly source_country: string | null;
  readonly source_state: CredentialState;
  readonly source_reason: string | null;
  readonly client_id: string;
  readonly target_account_id: string | null;
  readonly target_organization: string | null;
  readonly target_state: CredentialState;
  readonly target_reason: string | null;
  readonly target_kind: 'private_key' | 'oauth';
}

export interface StoredConnection {
  readonly view: Connection;
  /** The vendor whose consent page the owner has to go through. */
  readonly lacksConsent: Provider | undefined;
}

export interface SourceAccount {
  readonly id: string;
  readonly organization: string | null;
  readonly countryCode: string | null;
}

const selectConnections = `
  SELECT c.*, s.state AS source_state, s.reason AS source_reason, s.client_id,
    t.state AS target_state, t.reason AS target_reason, t.kind AS target_kind
  FROM auth.connections c
  JOIN auth.credentials s ON s.connection_id = c.id AND s.provider = 'constant-contact'
  JOIN auth.credentials t ON t.connection_id = c.id AND t.provider = 'klaviyo'`;

/** Rows of `auth.connections`. Every method takes the queries to work on, so that it can be part of a transaction. */
export class ConnectionStore {
  async all(queries: Queries): Promise<Connection[]> {
    const rows = await queries.query<ConnectionRow>(`${selectConnections} ORDER BY c.created_at, c.id`);
    return rows.map((row) => storedOf(row).view);
  }

  async find(queries: Queries, id: string): Promise<StoredConnection | undefined> {
    const [row] = await queries.query<ConnectionRow>(`${selectConnections} WHERE c.id = $1`, [id]);
    return row && storedOf(row);
  }

  async insert(
    queries: Queries,
    connection: { id: string; name: string; options: ConnectionOptions },
    target: { accountId: string | null; organization: string | null },
  ): Promise<void> {
    await queries.execute(
      `INSERT INTO auth.connections (id, name, options, target_account_id, target_organization)
       VALUES ($1, $2, $3, $4, $5)`,
      [connection.id, connection.name, JSON.stringify(connection.options), target.accountId, target.organization],
    );
  }

  async rename(queries: Queries, id: string, name: string, options: ConnectionOptions): Promise<void> {
    await queries.execute('UPDATE auth.connections SET name = $2, options = $3 WHERE id = $1', [
      id,
      name,
      JSON.stringify(options),
    ]);
  }

  async setPaused(queries: Queries, id: string, paused: boolean): Promise<void> {
    await queries.execute('UPDATE auth.connections SET paused = $2 WHERE id = $1', [id, paused]);
  }

  async setDisconnected(queries: Queries, id: string): Promise<void> {
    await queries.execute('UPDATE auth.connections SET disconnected = true WHERE id = $1', [id]);
  }

  async setTarget(queries: Queries, id: string, target: { id: string; organization: string | null }): Promise<void> {
    await queries.execute(
      'UPDATE auth.connections SET target_account_id = $2, target_organization = $3 WHERE id = $1',
      [id, target.id, target.organization],
    );
  }

  /** The first consent to an account fixes the moment that it was connected. */
  async setConnected(queries: Queries, id: string, account: SourceAccount): Promise<void> {
    await queries.execute(
      `UPDATE auth.connections SET
         connected_at = CASE WHEN source_account_id = $2 THEN coalesce(connected_at, now()) ELSE now() END, source_account_id = $2,
         source_organization = $3, source_country = $4 WHERE id = $1`,
      [id, account.id, account.organization, account.countryCode],
    );
  }

  /** Credentials and consents under way go with it. */
  async delete(queries: Queries, id: string): Promise<void> {
    await queries.execute('DELETE FROM auth.connections WHERE id = $1', [id]);
  }

  /** The name of another living connection to this source account. */
  async otherOf(queries: Queries, id: string, accountId: string): Promise<string | undefined> {
    const [row] = await queries.query<{ name: string }>(
      'SELECT name FROM auth.connections WHERE source_account_id = $1 AND id <> $2 AND NOT disconnected',
      [accountId, id],
    );
    return row?.name;
  }
}

function storedOf(row: ConnectionRow): StoredConnection {
  const standing = {
    disconnected: row.disconnected,
    paused: row.paused,
    source: row.source_state,
    target: row.target_state,
    targetKind: row.target_kind,
  };
  return {
    lacksConsent: lacksConsent(standing),
    view: {
      id: row.id,
      name: row.name,
      status: statusOf(standing),
      reason: row.disconnected ? null : (row.source_reason ?? row.target_reason),
      options: row.options,
      createdAt: row.created_at.toISOString(),
      connectedAt: row.connected_at?.toISOString() ?? null,
      constantContact: {
        clientId: row.client_id,
        accountId: row.source_account_id,
        organization: row.source_organization,
        countryCode: row.source_country,
      },
      klaviyo: {
        accountId: row.target_account_id,
        organization: row.target_organization,
        kind: row.target_kind,
        usable: isTargetUsable(standing),
      },
    },
  };
}
