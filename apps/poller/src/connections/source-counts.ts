import { ConstantContactClient, countOf, type Endpoint, endpoints } from '@portage/constant-contact';
import { Budget } from '@portage/http';
import { PortageError } from '@portage/platform';
import { type PollerParts } from '../poller-parts.js';
import { wantedReports } from '../activities/wanted.js';
import { type Connection } from './connection.js';
import { CachedTokens } from './token-cache.js';

/** What the source has, stream by stream. */
export interface Counts {
  readonly lists: number;
  readonly contacts: number;
  readonly suppressions: number;
  readonly activities: number;
}

/** How long a count may take in all. */
const TIMEOUT_MS = 60_000;

/**
 * Lists and contacts are counted by the vendor now, deleted ones included. Suppressions and activities exist at the vendor
 * only as rows of many reports, so they are what the last pass read there, row by row.
 */
export class SourceCounts {
  constructor(private readonly parts: PollerParts) {}

  async of(connectionId: string): Promise<Counts> {
    const connection = await this.mustBeActive(connectionId);
    const client = this.#client(connection);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const counted = async (endpoint: Endpoint, name: string, stream: 'lists' | 'contacts'): Promise<number> => {
      const { body } = await client.get(endpoint, { signal });
      return countOf(body, name) ?? (await this.#present(connectionId, stream));
    };
    return {
      lists: await counted(endpoints.listsCount(), 'lists_count', 'lists'),
      contacts: await counted(endpoints.contactsCount(), 'contacts_count', 'contacts'),
      suppressions: await this.#present(connectionId, 'suppressions'),
      activities: await this.#activities(connection),
    };
  }

  /** @throws PortageError `poller.unknown_connection` (skip) */
  async mustExist(connectionId: string): Promise<Connection> {
    const connection = await this.parts.directory.find(connectionId, AbortSignal.timeout(TIMEOUT_MS));
    if (connection) return connection;
    throw new PortageError({
      code: 'poller.unknown_connection',
      disposition: 'skip',
      message: 'There is no such connection.',
    });
  }

  /** @throws PortageError `poller.unknown_connection` (skip) or `poller.inactive_connection` (reauthorize) */
  async mustBeActive(connectionId: string): Promise<Connection> {
    const connection = await this.mustExist(connectionId);
    if (connection.status !== 'active') {
      throw new PortageError({
        code: 'poller.inactive_connection',
        disposition: 'reauthorize',
        message: `The connection is ${connection.status.replaceAll('_', ' ')}; it is read only while it is active.`,
      });
    }
    return connection;
  }

  async #present(connectionId: string, stream: string): Promise<number> {
    const [row] = await this.parts.database.query<{ present: number }>(
      `SELECT count(*)::int AS present FROM sync.records WHERE connection_id = $1 AND stream = $2 AND hash <> 'gone'`,
      [connectionId, stream],
    );
    return row?.present ?? 0;
  }

  async #activities(connection: Connection): Promise<number> {
    const [row] = await this.parts.database.query<{ rows: string | null }>(
      'SELECT sum(published) AS rows FROM sync.reports WHERE connection_id = $1 AND report = ANY($2)',
      [connection.id, wantedReports(connection)],
    );
    return Number(row?.rows ?? 0);
  }

  #client(connection: Connection): ConstantContactClient {
    const { environment, auth, clock, database } = this.parts;
    return new ConstantContactClient({
      origin: environment.CONSTANT_CONTACT_API_URL,
      tokens: new CachedTokens(auth, connection.id, clock),
      budget: new Budget(database),
      budgetKey: `constant-contact:${connection.constantContact.clientId}`,
      quota: { perSecond: environment.CONSTANT_CONTACT_RATE, perDay: environment.CONSTANT_CONTACT_DAILY_CALLS },
      onCall: () => undefined,
      onWaste: () => undefined,
      clock,
    });
  }
}
