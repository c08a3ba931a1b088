import { addressesOf, entryFacts } from '@portage/consent';
import { columns, type Queries } from '@portage/persistence';
import { type Suppression } from '@portage/records';
import { type Incoming, type Intake, novelty, type RecordRow, restateRecords, upsertRecords } from './records.js';
import { type Touch, touchPeople } from './touch-people.js';

/** Suppressions into the ledger: all entries of a record replace those of its former version; their people become due. */
export async function storeSuppressions(queries: Queries, intake: Intake<Suppression>): Promise<void> {
  const { target, newest, previous, lingerMs } = intake;
  const fresh = newest.filter((record) => novelty(record, previous.get(record.key)) === 'new');
  const same = newest.filter((record) => novelty(record, previous.get(record.key)) === 'same');
  const before = await replaceEntries(queries, target, fresh);
  const touches = fresh.flatMap((record) => touchesOf(record, before.get(record.key) ?? [], intake));
  await touchPeople(queries, target, touches, lingerMs);
  await restateRecords(queries, target, 'suppressions', same);
  await upsertRecords(queries, target, 'suppressions', fresh.map(rowOf));
}

function rowOf({ value, ...row }: Incoming<Suppression>): RecordRow {
  // Nothing to bring about, so nothing to wait for.
  const inactive = value.entries.every((entry) => !entry.active);
  return {
    ...row,
    email: value.email,
    value: null,
    outcome: inactive ? 'skipped' : null,
    reason: inactive ? 'inactive' : null,
  };
}

interface FormerEntry {
  readonly key: string;
  readonly address: string;
  readonly active: boolean;
}

async function replaceEntries(
  queries: Queries,
  target: string,
  fresh: readonly Incoming<Suppression>[],
): Promise<Map<string, FormerEntry[]>> {
  const former = await queries.query<FormerEntry>(
    'DELETE FROM ledger.suppressions WHERE target = $1 AND key = ANY($2::text[]) RETURNING key, address, active',
    [target, fresh.map(({ key }) => key)],
  );
  const rows = fresh.flatMap(({ key, connectionId, value }) =>
    addressesOf(value).flatMap((address) =>
      entryFacts(value, address).map((entry) => ({ key, connectionId, address, ...entry })),
    ),
  );
  await queries.execute(
    `INSERT INTO ledger.suppressions
       (target, key, connection_id, address, contact_id, contact_deleted, active, reason, occurred_at, lifted_at, observed_at)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::boolean[], $8::text[],
       $9::bigint[], $10::bigint[], $11::bigint[])`,
    [
      target,
      ...columns(rows, [
        'key',
        'connectionId',
        'address',
        'contactId',
        'contactDeleted',
        'active',
        'reason',
        'occurredAt',
        'liftedAt',
        'observedAt',
      ]),
    ],
  );
  const byKey = new Map<string, FormerEntry[]>();
  for (const entry of former) byKey.set(entry.key, [...(byKey.get(entry.key) ?? []), entry]);
  return byKey;
}

/** Addresses with an active entry at once; those where one ended or none was, with the loads: they can only gain by it. */
function touchesOf(
  { value, connectionId }: Incoming<Suppression>,
  before: readonly FormerEntry[],
  { open }: Intake<Suppression>,
): Touch[] {
  const active = new Set(value.entries.filter((entry) => entry.active).map((entry) => entry.address));
  const others = new Set([...addressesOf(value), ...before.map((entry) => entry.address)]);
  const relaxed = [...others].filter((address) => !active.has(address));
  const known = open.has(connectionId)
    ? relaxed
    : relaxed.filter((address) => before.some((entry) => entry.address === address));
  return [
    ...[...active].map((email): Touch => ({ email, connectionId, urgency: 'opt_out' })),
    ...known.map((email): Touch => ({ email, connectionId, urgency: 'load' })),
  ];
}
