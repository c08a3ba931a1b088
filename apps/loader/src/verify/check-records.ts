import { keyOf, parseKey } from '@portage/records';
import { type KeptStream } from '../load-batch.js';
import { lostKeys, strangeKeys } from './compare-ids.js';
import { compareRecord, type LedgerRecord, type Progress } from './compare-records.js';
import { type VerifyContext } from './context.js';
import { type DifferenceClass } from './difference.js';
import {
  contactsWithoutPerson,
  duplicatePeople,
  idsOf,
  ledgerRecords,
  peopleWithoutJobs,
  recordsWithoutList,
  type Scope,
  takenOffsets,
} from './ledger.repository.js';
import { readTopic, type TopicContents } from './read-topic.js';
import { type RepairPlan } from './repair-plan.js';
import { readSourceIds } from './source.js';

const kept: readonly KeptStream[] = ['lists', 'contacts', 'suppressions'];

export interface StreamSize {
  /** Distinct keys on the topic that have to be in the ledger. */
  readonly due: number;
  /** The connection's own among them, and those that are not deleted. */
  readonly keys: number;
  readonly living: number;
  /** Records in the ledger. */
  readonly ledger: number;
  /** The poller said which ids it has published. */
  readonly idsKnown: boolean;
}

/** Topics against ledger, and the ledger against itself. */
export async function checkRecords(context: VerifyContext, plan: RepairPlan): Promise<Record<KeptStream, StreamSize>> {
  const sizes = {} as Record<KeptStream, StreamSize>;
  for (const stream of kept) sizes[stream] = await checkStream(context, plan, stream);
  await checkLedger(context, plan);
  return sizes;
}

async function checkStream(context: VerifyContext, plan: RepairPlan, stream: KeptStream): Promise<StreamSize> {
  const { parts, connection, target, belongings, signal } = context;
  // Read before the topic, so that what is published by then is on it.
  const published = connection.sourced ? await readSourceIds(context, stream) : undefined;
  const topic = await readTopic(parts, stream, belongings, signal);
  const due = [...topic.records.values()].filter((record) => record.due);
  const own = due.filter(({ brought }) => !brought);
  const living = own.filter(({ deleted }) => !deleted).length;
  if (published) await checkIds(context, plan, stream, { published, topic });
  // In this order: what is taken by now is in the ledger when it is read.
  const taken = await takenOffsets(parts.database, parts.cluster.topicName(stream));
  const progress: Progress = { taken, ends: topic.ends, isFed: belongings.sources.length > 0 };
  let ledger = 0;
  for await (const page of ledgerRecords(parts.database, { target: target.id, connectionId: connection.id }, stream)) {
    ledger += page.length;
    for (const [key, record] of page) note(context, plan, stream, key, compare(topic, key, record, progress));
  }
  for (const key of topic.records.keys()) note(context, plan, stream, key, compare(topic, key, undefined, progress));
  return { due: due.length, keys: own.length, living, ledger, idsKnown: published !== undefined };
}

async function checkIds(
  context: VerifyContext,
  plan: RepairPlan,
  stream: KeptStream,
  { published, topic }: { readonly published: ReadonlyMap<string, number>; readonly topic: TopicContents },
): Promise<void> {
  const lost = lostKeys(published, topic.records, (id) => keyOf(context.connection.id, id));
  for (const key of lost) note(context, plan, stream, key, ['record_lost']);
  const own = new Map([...topic.records].filter(([, { brought }]) => !brought));
  const strange = strangeKeys(published, own);
  if (strange.length === 0) return;
  // Published meanwhile, perhaps: the poller is asked once more.
  const later = await readSourceIds(context, stream);
  const still = new Set(strangeKeys(later ?? published, own));
  for (const key of strange) if (still.has(key)) note(context, plan, stream, key, ['record_unknown']);
}

/** What has been compared leaves the map: what is left in the end is not in the ledger. */
function compare(
  { records }: TopicContents,
  key: string,
  ledger: LedgerRecord | undefined,
  progress: Progress,
): DifferenceClass[] {
  const found = compareRecord(records.get(key), ledger, progress);
  records.delete(key);
  return found;
}

async function checkLedger(context: VerifyContext, plan: RepairPlan): Promise<void> {
  const { parts, connection, target, tally } = context;
  const scope: Scope = { target: target.id, connectionId: connection.id };
  const { database } = parts;
  for (const key of await contactsWithoutPerson(database, scope))
    note(context, plan, 'contacts', key, ['missing_person']);
  for (const key of await recordsWithoutList(database, scope)) note(context, plan, 'lists', key, ['untracked_list']);
  const twins = await duplicatePeople(database, scope);
  const stranded = await peopleWithoutJobs(database, scope);
  const idOf = await idsOf(database, scope, [
    ...twins,
    ...stranded,
    ...twins.map((email) => email.trim().toLowerCase()),
  ]);
  for (const email of twins) {
    const id = idOf(email) === 'unknown' ? idOf(email.trim().toLowerCase()) : idOf(email);
    tally.add({ class: 'duplicate_person', id, detail: null });
  }
  for (const email of stranded) {
    tally.add({ class: 'lost_job', id: idOf(email), detail: null });
    plan.person('lost_job', email, null);
  }
}

function note(
  { tally }: VerifyContext,
  plan: RepairPlan,
  stream: KeptStream,
  key: string,
  found: readonly DifferenceClass[],
): void {
  for (const name of found) {
    tally.add({ class: name, id: parseKey(key)?.sourceId ?? key, detail: stream });
    plan.record(name, stream, key);
  }
}
