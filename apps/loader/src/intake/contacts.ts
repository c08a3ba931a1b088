import { contactFacts, decide } from '@portage/consent';
import { columns, type Queries } from '@portage/persistence';
import { type Contact } from '@portage/records';
import { type Connections } from '../connections/connections.js';
import { type Incoming, type Intake, novelty, type RecordRow, restateRecords, upsertRecords } from './records.js';
import { freedBy, phonesHeldBy, storePhones } from './phones.js';
import { type Touch, touchPeople } from './touch-people.js';

/** Contacts into the ledger: their records, phone numbers and former addresses; their people become due. */
export async function storeContacts(
  queries: Queries,
  intake: Intake<Contact>,
  connections: Pick<Connections, 'get'>,
): Promise<void> {
  const { target, newest, previous, lingerMs } = intake;
  const fresh = newest.filter((record) => novelty(record, previous.get(record.key)) === 'new');
  const same = newest.filter((record) => novelty(record, previous.get(record.key)) === 'same');
  const moves = fresh.flatMap((record) => moveOf(record, previous.get(record.key)?.email ?? null));
  const phones = phonesHeldBy(fresh, connections);
  const keys = fresh.map(({ key }) => key);
  const freed = await freedBy(queries, target, keys, phones);
  // People before records, as everywhere: two transactions that lock both must not wait for one another.
  const touches = [
    ...fresh.flatMap((record) => touchOf(record, intake)),
    ...moves,
    ...freed.map((holder) => ({ ...holder, urgency: whenLoaded(holder.connectionId, intake) })),
  ];
  await touchPeople(queries, target, touches, lingerMs);
  await restateRecords(queries, target, 'contacts', same);
  await upsertRecords(queries, target, 'contacts', fresh.map(rowOf));
  await storeMoves(queries, target, fresh, moves);
  await storePhones(queries, target, keys, phones);
}

function rowOf(record: Incoming<Contact>): RecordRow {
  const { value, ...row } = record;
  const decision = decideAlone(value);
  // Without a usable address there is no person, and so nothing to wait for.
  const skipped = value.email === null && decision.kind === 'skipped' ? decision.reason : null;
  return {
    ...row,
    email: value.email,
    value: JSON.stringify(value),
    outcome: skipped === null ? null : 'skipped',
    reason: skipped,
  };
}

function touchOf({ value, connectionId }: Incoming<Contact>, intake: Intake<Contact>): Touch[] {
  if (value.email === null) return [];
  const { kind } = decideAlone(value);
  const keptFromMail = kind === 'unsubscribed' || kind === 'held' || kind === 'suppressed';
  return [
    {
      email: value.email,
      connectionId,
      urgency: keptFromMail ? 'opt_out' : whenLoaded(connectionId, intake),
    },
  ];
}

function whenLoaded(connectionId: string, { open }: Intake<Contact>): Touch['urgency'] {
  return open.has(connectionId) ? 'load' : 'gate';
}

/** What the contact's own words amount to. What others say about its address comes in when the person is decided on. */
function decideAlone(contact: Contact) {
  return decide({ contacts: [contactFacts(contact)], entries: [] }, { consent: 'explicit_and_implicit' }, Date.now());
}

/** Whoever leaves an address is not mailed at it any more, unless another contact has it. */
function moveOf({ value, key, connectionId }: Incoming<Contact>, before: string | null): (Touch & { key: string })[] {
  if (before === null || before === value.email) return [];
  return [{ email: before, connectionId, urgency: 'opt_out', key }];
}

async function storeMoves(
  queries: Queries,
  target: string,
  fresh: readonly Incoming<Contact>[],
  moves: readonly { readonly email: string; readonly key: string }[],
): Promise<void> {
  if (moves.length > 0) {
    await queries.execute(
      `INSERT INTO ledger.former_addresses (target, email, key)
       SELECT $1, email, key FROM unnest($2::text[], $3::text[]) AS m (email, key) ON CONFLICT DO NOTHING`,
      [target, ...columns(moves, ['email', 'key'])],
    );
  }
  const present = fresh.map(({ key, value }) => ({ key, email: value.email }));
  await queries.execute(
    `DELETE FROM ledger.former_addresses f USING unnest($2::text[], $3::text[]) AS c (email, key)
     WHERE f.target = $1 AND f.email = c.email AND f.key = c.key`,
    [target, ...columns(present, ['email', 'key'])],
  );
}
