import { type Queries } from '@portage/persistence';
import { type List } from '@portage/records';
import { type LedgerList } from './list-step.js';

interface ListRow {
  readonly key: string;
  readonly connection_id: string;
  readonly list_id: string;
  readonly name: string;
  readonly deleted: boolean;
  readonly state: LedgerList['state'];
  readonly klaviyo_id: string | null;
  readonly klaviyo_name: string | null;
  readonly mapped: boolean;
  readonly create_name: string | null;
  readonly create_sent_at: Date | null;
  readonly known_ids: string[];
  readonly refused: boolean;
  readonly version: string | null;
  readonly due: string;
}

export async function dueLists(
  queries: Queries,
  target: string,
  connections: readonly string[],
): Promise<LedgerList[]> {
  const rows = await queries.query<ListRow>(
    `SELECT l.key, l.connection_id, l.list_id, l.name, l.deleted, l.state, l.klaviyo_id, l.klaviyo_name, l.mapped, l.create_name,
       l.create_sent_at, l.known_ids, r.outcome IS NOT DISTINCT FROM 'rejected' AS refused, r.version, l.due_at::text AS due
     FROM ledger.lists l LEFT JOIN ledger.records r ON r.target = l.target AND r.stream = 'lists' AND r.key = l.key
     WHERE l.target = $1 AND l.due_at <= now() AND l.connection_id = ANY($2::text[]) ORDER BY l.key LIMIT 200`,
    [target, connections],
  );
  return rows.map((row) => ({
    key: row.key,
    connectionId: row.connection_id,
    listId: row.list_id,
    name: row.name,
    deleted: row.deleted,
    state: row.state,
    klaviyoId: row.klaviyo_id,
    klaviyoName: row.klaviyo_name,
    mapped: row.mapped,
    createName: row.create_name,
    createSentAt: row.create_sent_at?.getTime() ?? null,
    knownIds: row.known_ids,
    refused: row.refused,
    version: row.version,
    due: row.due,
  }));
}

/** Ids of the Klaviyo lists that Portage made or was told to use. */
export async function ownLists(queries: Queries, target: string): Promise<Set<string>> {
  const rows = await queries.query<{ klaviyo_id: string }>(
    'SELECT klaviyo_id FROM ledger.lists WHERE target = $1 AND klaviyo_id IS NOT NULL',
    [target],
  );
  return new Set(rows.map((row) => row.klaviyo_id));
}

/** Names of lists that were asked for and may exist: whose they are is not known until they have been looked for. */
export async function namesUnderWay(queries: Queries, target: string): Promise<Set<string>> {
  const rows = await queries.query<{ create_name: string }>(
    `SELECT create_name FROM ledger.lists WHERE target = $1 AND state = 'creating' AND create_name IS NOT NULL`,
    [target],
  );
  return new Set(rows.map((row) => row.create_name));
}

/**
 * Options of these connections may say something else about lists now. Lists that are carried at this moment are marked as changed,
 * too; one that is being created is looked for when it would have been, and one beyond the day's creations waits on.
 */
export async function listsDueAnew(queries: Queries, connections: readonly string[]): Promise<void> {
  await queries.execute(
    `UPDATE ledger.lists
     SET due_at = CASE WHEN state = 'creating' THEN due_at + interval '1 microsecond' ELSE now() END
     WHERE connection_id = ANY($1::text[]) AND (due_at IS NULL OR due_at <= now() OR state = 'creating' OR mapped)`,
    [connections],
  );
}

export async function postponeLists(
  queries: Queries,
  target: string,
  keys: readonly string[],
  ms: number,
): Promise<void> {
  await queries.execute(
    `UPDATE ledger.lists SET due_at = now() + $3 * interval '1 millisecond' WHERE target = $1 AND key = ANY($2::text[])`,
    [target, keys, ms],
  );
}

/**
 * Before the request leaves: what was asked for, and what was there already.
 *
 * @returns the list as it is due now; undefined when it has changed since it was read, and nothing may be asked for
 */
export async function storeCreating(
  queries: Queries,
  target: string,
  list: LedgerList,
  asked: { readonly name: string; readonly knownIds: readonly string[]; readonly lookInMs: number },
): Promise<LedgerList | undefined> {
  const [stored] = await queries.query<{ due: string }>(
    `UPDATE ledger.lists SET state = 'creating', create_name = $4, create_sent_at = now(), known_ids = $5,
       due_at = now() + $6 * interval '1 millisecond'
     WHERE target = $1 AND key = $2 AND due_at = $3::timestamptz RETURNING due_at::text AS due`,
    [target, list.key, list.due, asked.name, asked.knownIds, asked.lookInMs],
  );
  return stored && { ...list, due: stored.due };
}

export interface ListFate {
  readonly state: LedgerList['state'];
  readonly klaviyoId: string | null;
  readonly klaviyoName: string | null;
  readonly mapped: boolean;
  readonly outcome: 'delivered' | 'unchanged' | 'skipped' | 'rejected' | 'parked' | null;
  readonly reason: string | null;
  /** Null: nothing more to do. */
  readonly dueInMs: number | null;
}

/** The record that asked for a list, while its fate is open; undefined for one that was taken in without its value. */
export async function openRecord(
  queries: Queries,
  target: string,
  key: string,
): Promise<{ readonly list: List; readonly partition: number; readonly offset: number } | undefined> {
  const [row] = await queries.query<{ value: string; partition: number; kafka_offset: string }>(
    `SELECT value, partition, kafka_offset FROM ledger.records WHERE target = $1 AND stream = 'lists' AND key = $2
       AND value IS NOT NULL AND (outcome IS NULL OR outcome = 'parked')`,
    [target, key],
  );
  if (!row) return undefined;
  return { list: JSON.parse(row.value) as List, partition: row.partition, offset: Number(row.kafka_offset) };
}

/** A refused list is asked for once more. */
export async function reopenList(queries: Queries, target: string, key: string, version: number): Promise<void> {
  const open = await queries.execute(
    `UPDATE ledger.records SET outcome = NULL, reason = NULL, decided_at = NULL
     WHERE target = $1 AND stream = 'lists' AND key = $2 AND version = $3 AND outcome = 'rejected'`,
    [target, key, version],
  );
  if (open === 0) return;
  await queries.execute(
    `UPDATE ledger.lists SET state = CASE WHEN state = 'unwanted' THEN 'new' ELSE state END, due_at = now()
     WHERE target = $1 AND key = $2`,
    [target, key],
  );
}

/**
 * Stores what became of a list, with its record's outcome; who waited for it is due, and who is in another one for it.
 *
 * Whatever changes a list makes it due anew. One that changed since it was read stays due: what was done in Klaviyo is stored, and
 * told of the record that it was done for; what was only concluded is not.
 */
export async function storeFate(queries: Queries, target: string, list: LedgerList, fate: ListFate): Promise<void> {
  const { key, due } = list;
  const isDone =
    fate.klaviyoId !== list.klaviyoId || fate.klaviyoName !== list.klaviyoName || fate.mapped !== list.mapped;
  const [stored] = await queries.query<{ before: string | null; changed: boolean }>(
    `WITH known AS (SELECT klaviyo_id, due_at IS DISTINCT FROM $8::timestamptz AS changed FROM ledger.lists
       WHERE target = $1 AND key = $2 FOR UPDATE)
     UPDATE ledger.lists l SET state = $3, klaviyo_id = $4, klaviyo_name = $5, mapped = $6,
       due_at = CASE WHEN known.changed THEN l.due_at ELSE now() + $7::float8 * interval '1 millisecond' END
     FROM known WHERE target = $1 AND key = $2 AND ($9 OR NOT known.changed)
     RETURNING known.klaviyo_id AS before, known.changed`,
    [target, key, fate.state, fate.klaviyoId, fate.klaviyoName, fate.mapped, fate.dueInMs, due, isDone],
  );
  if (!stored) return;
  const { before, changed } = stored;
  if (fate.outcome !== null) {
    await queries.execute(
      `UPDATE ledger.records SET outcome = $3, reason = $4, decided_at = now()
       WHERE target = $1 AND stream = 'lists' AND key = $2 AND (outcome IS NULL OR outcome = 'parked')
         AND (NOT $5 OR $3 = 'delivered' AND version = $6)`,
      [target, key, fate.outcome, fate.reason, changed, list.version],
    );
  }
  if (fate.state === 'ready' || fate.state === 'unwanted') {
    await queries.execute(
      `UPDATE ledger.people SET due_at = now(), lane = 1, inputs = inputs + 1
       WHERE target = $1 AND awaited_lists <> '{}' AND $2 = ANY(awaited_lists) AND phase = ANY($3::text[])`,
      [target, key, fate.state === 'ready' ? ['done', 'lists'] : ['lists']],
    );
  }
  if (before !== null && before !== fate.klaviyoId) await wakeMembers(queries, target, before);
}

/** A list is gone in Klaviyo: it is made again, or looked for in an hour where it is the owner's, and gets its members back. */
export async function forgetKlaviyoList(queries: Queries, target: string, klaviyoId: string): Promise<void> {
  await queries.execute(
    `UPDATE ledger.lists SET state = CASE WHEN mapped THEN 'postponed' ELSE 'new' END, klaviyo_id = NULL,
       due_at = now() + CASE WHEN mapped THEN interval '1 hour' ELSE interval '0' END
     WHERE target = $1 AND klaviyo_id = $2`,
    [target, klaviyoId],
  );
  await wakeMembers(queries, target, klaviyoId);
  await queries.execute(
    'UPDATE ledger.people SET lists = array_remove(lists, $2) WHERE target = $1 AND $2 = ANY(lists)',
    [target, klaviyoId],
  );
}

/** A list has another home now: everybody whom Portage put into the former one is planned anew. */
async function wakeMembers(queries: Queries, target: string, klaviyoId: string): Promise<void> {
  await queries.execute(
    `UPDATE ledger.people SET inputs = inputs + 1, lane = 1,
       due_at = CASE WHEN claim IS NULL AND open_jobs = 0 THEN now() ELSE due_at END
     WHERE target = $1 AND $2 = ANY(lists)`,
    [target, klaviyoId],
  );
}
