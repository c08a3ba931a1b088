import { type TakenRecord, readBounded } from '@portage/kafka';
import { columns, type Queries } from '@portage/persistence';
import { type Values } from '@portage/records';
import { type KeptStream, loadBatch, type PartitionRecords } from '../load-batch.js';
import { slices } from '../parallel.js';
import { transact } from '../transact.js';
import { type VerifyContext } from './context.js';
import { type DifferenceClass, type Repair, repairOf, repairs } from './difference.js';
import { peopleStatements } from './people-statements.js';
import { type ListItem, type PersonItem, type RecordItem, type RepairPlan } from './repair-plan.js';

/**
 * Repairs what was found, opt-outs first. Nothing is written to Klaviyo here: the ledger forgets the part that is missing and
 * the people are due again, so that the engine does the rest under its own rules, after a new read of everyone. Nothing is
 * ever lifted: what takes somebody's opt-out away is no repair.
 */
export async function repairAll(context: VerifyContext, plan: RepairPlan): Promise<void> {
  await repairPeople(context, plan.people);
  for (const repair of repairs) {
    const of = ({ class: name }: { class: DifferenceClass }) => repairOf(name) === repair;
    await repairRecords(context, repair, plan.records.filter(of));
    await repairLists(context, plan.lists.filter(of));
  }
}

/** Everything of one person in one transaction: once it is stored, the engine takes the person on. */
async function repairPeople({ parts, target, tally }: VerifyContext, items: readonly PersonItem[]): Promise<void> {
  for (const people of slices(byPerson(items), ROWS)) {
    const done = await transact(parts.database, async (queries) => {
      const repaired: PersonItem[] = [];
      for (const repair of repairs) {
        const part = people.flat().filter(({ class: name }) => repairOf(name) === repair);
        if (part.length === 0) continue;
        const values = [target.id, ...columns(part, ['email', 'detail'])];
        const rows = await queries.query<{ email: string }>(peopleStatements[repair], values);
        const emails = new Set(rows.map(({ email }) => email));
        repaired.push(...part.filter(({ email }) => emails.has(email)));
      }
      return repaired;
    });
    for (const { class: name } of done) tally.repaired(name, 1);
  }
}

/** Whoever must not be mailed comes first. */
function byPerson(items: readonly PersonItem[]): PersonItem[][] {
  const people = new Map<string, PersonItem[]>();
  for (const item of items) people.set(item.email, [...(people.get(item.email) ?? []), item]);
  const isUrgent = (of: readonly PersonItem[]) => of.some(({ class: name }) => repairOf(name) === 'opt_outs');
  return [...people.values()].sort((a, b) => Number(isUrgent(b)) - Number(isUrgent(a)));
}

const ROWS = 1000;

/** A list that Portage made is made anew, or gets its name back; the memberships that went with it follow. */
async function repairLists({ parts, target, tally }: VerifyContext, items: readonly ListItem[]): Promise<void> {
  for (const { class: name, klaviyoId, name: present } of items) {
    await transact(parts.database, async (queries) => {
      if (present !== null) {
        await queries.execute(
          'UPDATE ledger.lists SET klaviyo_name = $3, due_at = now() WHERE target = $1 AND klaviyo_id = $2 AND NOT mapped',
          [target.id, klaviyoId, present],
        );
      } else await forgetList(queries, target.id, klaviyoId);
    });
    tally.repaired(name, 1);
  }
}

async function forgetList(queries: Queries, target: string, klaviyoId: string): Promise<void> {
  await queries.execute(
    `UPDATE ledger.people SET lists = array_remove(lists, $2), inputs = inputs + 1,
       lane = CASE WHEN due_at IS NULL THEN 1 ELSE LEAST(lane, 1) END, due_at = COALESCE(due_at, now())
     WHERE target = $1 AND $2 = ANY(lists)`,
    [target, klaviyoId],
  );
  await queries.execute(
    `UPDATE ledger.lists SET state = 'new', klaviyo_id = NULL, klaviyo_name = NULL, due_at = now()
     WHERE target = $1 AND klaviyo_id = $2 AND NOT mapped`,
    [target, klaviyoId],
  );
}

async function repairRecords(context: VerifyContext, repair: Repair, items: readonly RecordItem[]): Promise<void> {
  for (const stream of ['suppressions', 'lists', 'contacts'] as const) {
    const of = items.filter((item) => item.stream === stream);
    if (of.length === 0) continue;
    const keys = new Set(of.map(({ key }) => key));
    const done = repair === 'outcomes' ? await touch(context, stream, keys) : await takeAgain(context, stream, keys);
    for (const { class: name, key } of of) if (done.has(key)) context.tally.repaired(name, 1);
  }
}

/** The newest record of each key goes through intake once more, as one that is new. */
async function takeAgain(
  context: VerifyContext,
  stream: KeptStream,
  keys: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const { parts, target, belongings, signal } = context;
  const { database, connections, deadLetters, environment } = parts;
  const newest = new Map<string, { partition: number; record: TakenRecord<Values[KeptStream]> }>();
  await readBounded<KeptStream>({
    cluster: parts.cluster,
    registry: parts.registry,
    topic: stream,
    from: 'start',
    signal,
    onRecords: (partition, records) => {
      for (const record of records) {
        if ('undecodable' in record) continue;
        const belonging = belongings.place(stream, partition, record);
        if (!belonging || !keys.has(belonging.key)) continue;
        if (belonging.due && record.value !== null) newest.set(belonging.key, { partition, record: belonging.record });
        else newest.delete(belonging.key);
      }
      return Promise.resolve();
    },
  });
  const load = { database, connections, deadLetters, lingerMs: environment.LOADER_LINGER_SECONDS * 1000 };
  for (const part of slices([...newest.values()], ROWS)) {
    const rows = part.map(({ record }) => ({ key: record.key, version: versionOf(record) }));
    await database.execute(
      `UPDATE ledger.records r SET version = n.version - 1, hash = ''
       FROM unnest($3::text[], $4::bigint[]) AS n (key, version)
       WHERE r.target = $1 AND r.stream = $2 AND r.key = n.key AND r.version = n.version`,
      [target.id, stream, ...columns(rows, ['key', 'version'])],
    );
    const batches = part.map(({ partition, record }) => ({ partition, records: [record] }));
    await loadBatch(load, stream, batches as PartitionRecords<never>[]);
  }
  return new Set(newest.keys());
}

function versionOf(record: TakenRecord<Values[KeptStream]>): number {
  return 'value' in record && record.value !== null ? record.value.meta.version : 0;
}

/** Whoever a record without an outcome is about is looked at again. */
async function touch(
  { parts, target }: VerifyContext,
  stream: KeptStream,
  keys: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const { database } = parts;
  if (stream === 'lists') {
    await database.execute(
      'UPDATE ledger.lists SET due_at = COALESCE(due_at, now()) WHERE target = $1 AND key = ANY($2::text[])',
      [target.id, [...keys]],
    );
    return keys;
  }
  const emails = `SELECT email FROM ledger.records WHERE target = $1 AND stream = 'contacts' AND key = ANY($2::text[])`;
  const addresses = 'SELECT address FROM ledger.suppressions WHERE target = $1 AND key = ANY($2::text[])';
  await database.execute(
    `UPDATE ledger.people SET inputs = inputs + 1, lane = 0, due_at = now()
     WHERE target = $1 AND due_at IS NULL AND claim IS NULL AND phase = 'done'
       AND email IN (${stream === 'contacts' ? emails : addresses})`,
    [target.id, [...keys]],
  );
  return keys;
}
