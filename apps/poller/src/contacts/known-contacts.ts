import { type FormerStanding } from '@portage/constant-contact';
import { type Queries } from '@portage/persistence';
import { type Permission, type SuppressionEntry } from '@portage/records';
import { type KnownRecord } from '../pages/change.js';
import { knownOf, type StoredRecord } from '../pages/stored-record.js';

interface KnownContact extends KnownRecord, FormerStanding {
  readonly optInAt: number | null;
  readonly deletedAt: number | null;
}

interface KnownSuppression extends KnownRecord {
  readonly entries: readonly SuppressionEntry[];
}

/** What was last published of some contacts, by contact id. */
export interface KnownPeople {
  readonly contacts: ReadonlyMap<string, KnownContact>;
  readonly suppressions: ReadonlyMap<string, KnownSuppression>;
}

/** Two statements at once for a whole page. */
export async function knownPeople(
  queries: Queries,
  connectionId: string,
  contactIds: readonly string[],
): Promise<KnownPeople> {
  const ofContacts = queries.query<ContactRow>(
    `SELECT source_id, hash, version, run_id, value ->> 'email' AS email, value ->> 'permission' AS permission,
       value -> 'optInAt' AS opt_in_at, value -> 'optOutAt' AS opt_out_at, value -> 'deletedAt' AS deleted_at
     FROM sync.records WHERE connection_id = $1 AND stream = 'contacts' AND source_id = ANY($2)`,
    [connectionId, contactIds],
  );
  const ofSuppressions = queries.query<SuppressionRow>(
    `SELECT source_id, hash, version, run_id, value -> 'entries' AS entries
     FROM sync.records WHERE connection_id = $1 AND stream = 'suppressions' AND source_id = ANY($2)`,
    [connectionId, contactIds],
  );
  const [contacts, suppressions] = await Promise.all([ofContacts, ofSuppressions]);
  return {
    contacts: new Map(contacts.map((row) => [row.source_id, contactOf(row)])),
    suppressions: new Map(suppressions.map((row) => [row.source_id, { ...knownOf(row), entries: row.entries }])),
  };
}

interface ContactRow extends StoredRecord {
  readonly email: string | null;
  readonly permission: Permission;
  readonly opt_in_at: number | null;
  readonly opt_out_at: number | null;
  readonly deleted_at: number | null;
}

interface SuppressionRow extends StoredRecord {
  readonly entries: readonly SuppressionEntry[];
}

function contactOf(row: ContactRow): KnownContact {
  return {
    ...knownOf(row),
    email: row.email,
    permission: row.permission,
    optInAt: row.opt_in_at,
    optOutAt: row.opt_out_at,
    deletedAt: row.deleted_at,
  };
}
