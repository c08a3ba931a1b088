import { columns, type Queries } from '@portage/persistence';
import { parseKey, type Stream } from '@portage/records';

const tables: Readonly<Partial<Record<Stream, readonly string[]>>> = {
  contacts: ['phones', 'former_addresses'],
  suppressions: ['suppressions'],
  lists: ['lists'],
};

/**
 * Forgets what a tombstone names, as they come when a connection is deleted, and the people who were its connection's alone.
 * Contacts and suppressions come through different partitions, so a person goes with the last of them.
 *
 * Invariant 3: of whoever another connection holds, too, everything stays: an opt-out that came with this one still counts.
 */
export async function eraseRecords(queries: Queries, stream: Stream, erased: readonly string[]): Promise<void> {
  if (erased.length === 0) return;
  const connections = erased.map((key) => parseKey(key)?.connectionId ?? '');
  const people = await queries.query<{ key: string; target: string; email: string; shared: boolean }>(
    `SELECT a.*, NOT p.connections <@ ARRAY[e.connection_id] AS shared
     FROM (SELECT key, target, email FROM ledger.records WHERE stream = $1 AND key = ANY($2::text[])
       UNION SELECT key, target, address FROM ledger.suppressions WHERE key = ANY($2::text[])
       UNION SELECT key, target, email FROM ledger.former_addresses WHERE key = ANY($2::text[])) AS a
     JOIN unnest($2::text[], $3::text[]) AS e (key, connection_id) USING (key)
     JOIN ledger.people p ON p.target = a.target AND p.email = a.email`,
    [stream, erased, connections],
  );
  await queries.execute(`UPDATE ledger.final_looks SET last_email = '' WHERE connection_id = ANY($1::text[])`, [
    connections,
  ]);
  const shared = new Set(people.flatMap((person) => (person.shared ? [person.key] : [])));
  const keys = erased.filter((key) => !shared.has(key));
  for (const table of tables[stream] ?? [])
    await queries.execute(`DELETE FROM ledger.${table} WHERE key = ANY($1::text[])`, [keys]);
  await queries.execute('DELETE FROM ledger.records WHERE stream = $1 AND key = ANY($2::text[])', [stream, keys]);
  const alone = people.filter((person) => !person.shared);
  await queries.execute(
    `DELETE FROM ledger.people p USING unnest($1::text[], $2::text[]) AS a (target, email)
     WHERE p.target = a.target AND p.email = a.email
       AND NOT EXISTS (SELECT FROM ledger.records r WHERE r.target = p.target AND r.stream = 'contacts' AND r.email = p.email)
       AND NOT EXISTS (SELECT FROM ledger.suppressions s WHERE s.target = p.target AND s.address = p.email)
       AND NOT EXISTS (SELECT FROM ledger.former_addresses f WHERE f.target = p.target AND f.email = p.email)`,
    columns(alone, ['target', 'email']),
  );
}
