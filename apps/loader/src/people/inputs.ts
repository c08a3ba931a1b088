import { type ContactFacts, contactFacts, type Decision, decide, type EntryFacts } from '@portage/consent';
import { type Queries } from '@portage/persistence';
import { type Contact, type SuppressionReason } from '@portage/records';
import { type Connection } from '../connections/connection.js';
import { type HeldContact } from './person.js';

/** What the source says about one person. */
export interface PersonInputs {
  readonly contacts: readonly HeldContact[];
  readonly entries: readonly EntryFacts[];
  /** Addresses that these contacts had before. */
  readonly formerAddresses: readonly string[];
  /** A contact left this address. */
  readonly left: boolean;
}

const nothing: PersonInputs = { contacts: [], entries: [], formerAddresses: [], left: false };

/** Reads the inputs of many people in four statements. */
export async function readInputs(
  queries: Queries,
  target: string,
  emails: readonly string[],
): Promise<(email: string) => PersonInputs> {
  const contacts = await readContacts(queries, target, emails);
  const entries = await readEntries(queries, target, emails);
  const former = await readFormer(queries, target, emails);
  return (email) => ({
    ...nothing,
    contacts: contacts.get(email) ?? nothing.contacts,
    entries: entries.get(email) ?? nothing.entries,
    formerAddresses: former.addresses.get(email) ?? nothing.formerAddresses,
    left: former.left.has(email),
  });
}

/**
 * The decision of libs/consent over what the loader holds. Contacts of a connection that is paused or gone are not loaded,
 * but their opt-outs count.
 */
export function decideInputs(
  inputs: PersonInputs,
  connection: (id: string) => Connection | undefined,
  loaded: boolean,
  now: number,
): Decision {
  const facts = inputs.contacts
    .map(({ contact, connectionId }) => ({ facts: contactFacts(contact), connection: connection(connectionId) }))
    .filter((each) => each.connection?.working || each.facts.permission === 'unsubscribed');
  const implicit = facts.every((each) => each.connection?.options.consent === 'explicit_and_implicit');
  return decide(
    {
      contacts: facts.map((each): ContactFacts => each.facts),
      entries: inputs.entries,
      vacated: inputs.left && loaded,
    },
    { consent: implicit ? 'explicit_and_implicit' : 'explicit' },
    now,
  );
}

async function readContacts(queries: Queries, target: string, emails: readonly string[]) {
  const rows = await queries.query<{
    email: string;
    key: string;
    connection_id: string;
    version: string;
    value: string;
    open: boolean;
    partition: number;
    kafka_offset: string;
  }>(
    `SELECT email, key, connection_id, version, value, partition, kafka_offset, (outcome IS NULL OR outcome = 'parked') AS open
     FROM ledger.records WHERE target = $1 AND stream = 'contacts' AND email = ANY($2::text[]) AND value IS NOT NULL`,
    [target, emails],
  );
  return grouped(rows, (row): [string, HeldContact] => [
    row.email,
    {
      key: row.key,
      connectionId: row.connection_id,
      version: Number(row.version),
      contact: JSON.parse(row.value) as Contact,
      open: row.open,
      partition: row.partition,
      offset: Number(row.kafka_offset),
    },
  ]);
}

/** @param connectionId  only what this connection's source says; undefined: whoever says it */
export async function readEntries(
  queries: Queries,
  target: string,
  emails: readonly string[],
  connectionId?: string,
): Promise<Map<string, EntryFacts[]>> {
  const rows = await queries.query<{
    address: string;
    contact_id: string;
    contact_deleted: boolean;
    active: boolean;
    reason: SuppressionReason;
    occurred_at: string | null;
    lifted_at: string | null;
    observed_at: string;
  }>(
    `SELECT address, contact_id, contact_deleted, active, reason, occurred_at, lifted_at, observed_at
     FROM ledger.suppressions WHERE target = $1 AND address = ANY($2::text[]) AND ($3::text IS NULL OR connection_id = $3)`,
    [target, emails, connectionId ?? null],
  );
  return grouped(rows, (row): [string, EntryFacts] => [
    row.address,
    {
      contactId: row.contact_id,
      contactDeleted: row.contact_deleted,
      active: row.active,
      reason: row.reason,
      occurredAt: row.occurred_at === null ? null : Number(row.occurred_at),
      liftedAt: row.lifted_at === null ? null : Number(row.lifted_at),
      observedAt: Number(row.observed_at),
    },
  ]);
}

async function readFormer(queries: Queries, target: string, emails: readonly string[]) {
  const left = await queries.query<{ email: string }>(
    'SELECT DISTINCT email FROM ledger.former_addresses WHERE target = $1 AND email = ANY($2::text[])',
    [target, emails],
  );
  const before = await queries.query<{ email: string; former: string }>(
    `SELECT r.email, f.email AS former FROM ledger.records r
     JOIN ledger.former_addresses f ON f.target = r.target AND f.key = r.key
     WHERE r.target = $1 AND r.stream = 'contacts' AND r.email = ANY($2::text[])`,
    [target, emails],
  );
  return {
    left: new Set(left.map(({ email }) => email)),
    addresses: grouped(before, (row): [string, string] => [row.email, row.former]),
  };
}

function grouped<Row, Value>(rows: readonly Row[], entry: (row: Row) => [string, Value]): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const [key, value] = entry(row);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
