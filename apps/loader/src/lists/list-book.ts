import { type Queries } from '@portage/persistence';
import { type KnownList, type ListBook } from './wanted-lists.js';

/** All lists of a target as the ledger has them now. */
export async function readListBook(queries: Queries, target: string): Promise<ListBook> {
  const rows = await queries.query<{ key: string; state: KnownList['state']; klaviyo_id: string | null }>(
    'SELECT key, state, klaviyo_id FROM ledger.lists WHERE target = $1',
    [target],
  );
  const settled = await queries.query<{ connection_id: string }>(
    `SELECT connection_id FROM ledger.marks WHERE stream = 'lists' AND first_settled_at IS NOT NULL`,
  );
  const lists = new Map(rows.map((row) => [row.key, { state: row.state, klaviyoId: row.klaviyo_id }]));
  const complete = new Set(settled.map((row) => row.connection_id));
  return { list: (key) => lists.get(key), complete: (connectionId) => complete.has(connectionId) };
}
