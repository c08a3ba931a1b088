import { columns, type Queries } from '@portage/persistence';
import { type List } from '@portage/records';
import { type Intake, novelty, restateRecords, upsertRecords } from './records.js';

/** Lists into the ledger; each becomes due, and what is to be done with it is decided when its turn comes. */
export async function storeLists(queries: Queries, { target, newest, previous }: Intake<List>): Promise<void> {
  const fresh = newest.filter((record) => novelty(record, previous.get(record.key)) === 'new');
  const same = newest.filter((record) => novelty(record, previous.get(record.key)) === 'same');
  await restateRecords(queries, target, 'lists', same);
  await upsertRecords(
    queries,
    target,
    'lists',
    fresh.map(({ value, ...row }) => ({
      ...row,
      email: null,
      value: JSON.stringify(value),
      outcome: null,
      reason: null,
    })),
  );
  const rows = fresh.map(({ key, connectionId, value }) => ({
    key,
    connectionId,
    listId: value.listId,
    name: value.name,
    deleted: value.deletedAt !== null || value.meta.op === 'delete',
  }));
  await queries.execute(
    `INSERT INTO ledger.lists AS l (target, key, connection_id, list_id, name, deleted, state, due_at)
     SELECT $1, key, connection_id, list_id, name, deleted, 'new', now()
     FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[]) AS i (key, connection_id, list_id, name, deleted)
     ON CONFLICT (target, key) DO UPDATE SET name = EXCLUDED.name, deleted = EXCLUDED.deleted,
       state = CASE WHEN l.state = 'unwanted' THEN 'new' ELSE l.state END, due_at = now()`,
    [target, ...columns(rows, ['key', 'connectionId', 'listId', 'name', 'deleted'])],
  );
}
