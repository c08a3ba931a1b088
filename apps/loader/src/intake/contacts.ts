import { contactFacts, decide } from '@portage/consent';
import { phonesOf } from '@portage/klaviyo';
import { columns, type Queries } from '@portage/persistence';
import { type Contact } from '@portage/records';
import { type Connections } from '../connections/connections.js';
import { type Incoming, type Intake, novelty, type RecordRow, restateRecords, upsertRecords } from './records.js';
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
  // People before records, as everywhere: two transactions that lock both must not wait for one another.
  await touchPeople(queries, target, [...fresh.flatMap((record) => touchOf(record, intake)), ...moves], lingerMs);
  await restateRecords(queries, target, 'contacts', same);
  await upsertRecords(queries, target, 'contacts', fresh.map(rowOf));
  await storeMoves(queries, target, fresh, moves);
  await storePhones(queries, target, fresh, connections);
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

function touchOf({ value, connectionId }: Incoming<Contact>, { open }: Intake<Contact>): Touch[] {
  if (value.email === null) return [];
  const { kind } = decideAlone(value);
  const keptFromMail = kind === 'unsubscribed' || kind === 'held' || kind === 'suppressed';
  return [
    {
      email: value.email,
      connectionId,
      urgency: keptFromMail ? 'opt_out' : open.has(connectionId) ? 'load' : 'gate',
    },
  ];
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

/** Which contacts hold which numbers, so that a number held by several is nobody's identity. */
export async function storePhones(
  queries: Queries,
  target: string,
  fresh: readonly Pick<Incoming<Contact>, 'key' | 'value' | 'connectionId'>[],
  connections: Pick<Connections, 'get'>,
): Promise<void> {
  const phones = fresh
    .filter(({ value }) => !contactFacts(value).deleted)
    .flatMap(({ key, value, connectionId }) =>
      phonesOf(value, connections.get(connectionId)?.country ?? null).map((phone) => ({ key, phone })),
    );
  await queries.execute('DELETE FROM ledger.phones WHERE target = $1 AND key = ANY($2::text[])', [
    target,
    fresh.map(({ key }) => key),
  ]);
  if (phones.length === 0) return;
  await queries.execute(
    `INSERT INTO ledger.phones (target, phone, key)
     SELECT $1, phone, key FROM unnest($2::text[], $3::text[]) AS p (phone, key) ON CONFLICT DO NOTHING`,
    [target, ...columns(phones, ['phone', 'key'])],
  );
}
