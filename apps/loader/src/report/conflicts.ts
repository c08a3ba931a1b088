import { type Queries } from '@portage/persistence';
import { parseKey } from '@portage/records';

export interface Conflict {
  readonly contactId: string;
  readonly reason: string;
  readonly since: string;
  /** Only when people are asked for. */
  readonly email?: string;
}

/** People whose consent in Klaviyo and at the source contradict one another, for the owner to look at. */
export async function readConflicts(queries: Queries, connectionId: string, withPeople: boolean): Promise<Conflict[]> {
  const rows = await queries.query<{ key: string; conflict: string; conflict_since: Date; email: string }>(
    `SELECT r.key, p.conflict, p.conflict_since, p.email FROM ledger.people p
     JOIN ledger.records r ON r.target = p.target AND r.stream = 'contacts' AND r.email = p.email AND r.connection_id = $1
     WHERE p.conflict IS NOT NULL ORDER BY p.conflict_since, r.key`,
    [connectionId],
  );
  return rows.map((row) => ({
    contactId: parseKey(row.key)?.sourceId ?? row.key,
    reason: row.conflict,
    since: row.conflict_since.toISOString(),
    ...(withPeople ? { email: row.email } : {}),
  }));
}
