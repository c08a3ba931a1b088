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

/** One statement for a whole page. */
export async function knownPeople(
  queries: Queries,
  connectionId: string,
  contactIds: readonly string[],
): Promise<KnownPeople> {
  const rows = await queries.query<Row>(
    `SELECT stream, source_id, hash, version, run_id, value ->> 'email' AS email, value ->> 'permission' AS permission,
       value -> 'optInAt' AS opt_in_at, value -> 'optOutAt' AS opt_out_at, value -> 'deletedAt' AS deleted_at,
       value -> 'entries' AS entries
     FROM sync.records WHERE connection_id = $1 AND stream IN ('contacts', 'suppressions') AND source_id = ANY($2)`,
    [connectionId, contactIds],
  );
  const of = (stream: Row['stream']) => rows.filter((row) => row.stream === stream);
  return {
    contacts: new Map(of('contacts').map((row) => [row.source_id, contactOf(row)])),
    suppressions: new Map(of('suppressions').map((row) => [row.source_id, { ...knownOf(row), entries: row.entries }])),
  };
}

/** Suppressions have entries, contacts what is asked for besides. */
interface Row extends StoredRecord {
  readonly stream: 'contacts' | 'suppressions';
  readonly email: string | null;
  readonly permission: Permission;
  readonly opt_in_at: number | null;
  readonly opt_out_at: number | null;
  readonly deleted_at: number | null;
  readonly entries: readonly SuppressionEntry[];
}

function contactOf(row: Row): KnownContact {
  return {
    ...knownOf(row),
    email: row.email,
    permission: row.permission,
    optInAt: row.opt_in_at,
    optOutAt: row.opt_out_at,
    deletedAt: row.deleted_at,
  };
}
