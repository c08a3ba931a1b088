import { contactFacts } from '@portage/consent';
import { phonesOf } from '@portage/klaviyo';
import { columns, type Queries } from '@portage/persistence';
import { type Contact } from '@portage/records';
import { accountCountryOf } from '../connections/account-country.js';
import { type Connections } from '../connections/connections.js';
import { type Incoming } from './records.js';

type Holder = Pick<Incoming<Contact>, 'key' | 'value'>;

export interface HeldPhone {
  readonly key: string;
  readonly phone: string;
}

/** The numbers of contacts that are not deleted, as Klaviyo would have them. */
export function phonesHeldBy(contacts: readonly Holder[], connections: Pick<Connections, 'get'>): HeldPhone[] {
  return contacts
    .filter(({ value }) => !contactFacts(value).deleted)
    .flatMap(({ key, value }) =>
      phonesOf(value, accountCountryOf(value, connections)).map((phone) => ({ key, phone })),
    );
}

/**
 * Who is left alone with a number that somebody else gives up: now it can be theirs in Klaviyo.
 *
 * @param keys  the contacts that change
 * @param phones  what these will hold
 */
export async function freedBy(
  queries: Queries,
  target: string,
  keys: readonly string[],
  phones: readonly HeldPhone[],
): Promise<{ email: string; connectionId: string }[]> {
  const rows = await queries.query<{ email: string; connection_id: string }>(
    `WITH freed AS (
       SELECT phone FROM ledger.phones WHERE target = $1 AND key = ANY($2::text[])
       EXCEPT SELECT unnest($3::text[])),
     alone AS (
       SELECT phone, min(key) AS key FROM ledger.phones JOIN freed USING (phone)
       WHERE target = $1 AND key <> ALL($2::text[]) GROUP BY phone HAVING count(*) = 1)
     SELECT r.email, r.connection_id FROM alone
     JOIN ledger.records r ON r.target = $1 AND r.stream = 'contacts' AND r.key = alone.key AND r.email IS NOT NULL`,
    [target, keys, phones.map(({ phone }) => phone)],
  );
  return rows.map((row) => ({ email: row.email, connectionId: row.connection_id }));
}

/** Which contacts hold which numbers, so that a number held by several is nobody's identity. */
export async function storePhones(
  queries: Queries,
  target: string,
  keys: readonly string[],
  phones: readonly HeldPhone[],
): Promise<void> {
  await queries.execute('DELETE FROM ledger.phones WHERE target = $1 AND key = ANY($2::text[])', [target, keys]);
  if (phones.length === 0) return;
  await queries.execute(
    `INSERT INTO ledger.phones (target, phone, key)
     SELECT $1, phone, key FROM unnest($2::text[], $3::text[]) AS p (phone, key) ON CONFLICT DO NOTHING`,
    [target, ...columns(phones, ['phone', 'key'])],
  );
}
