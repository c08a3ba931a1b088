import { type Queries } from '@portage/persistence';
import { type Contact, type SuppressionReason } from '@portage/records';
import { type KeptStream } from '../load-batch.js';
import { type LedgerRecord } from './compare-records.js';
import { entriesText, hashOf } from './read-topic.js';

export interface Scope {
  readonly target: string;
  readonly connectionId: string;
}

interface RecordRow {
  readonly key: string;
  readonly version: string;
  readonly hash: string;
  readonly value: string | null;
  readonly partition: number;
  readonly kafka_offset: string;
  readonly outcome: string | null;
}

/** Records of a stream by key, in pages. */
export async function* ledgerRecords(
  queries: Queries,
  { target, connectionId }: Scope,
  stream: KeptStream,
): AsyncGenerator<(readonly [string, LedgerRecord])[]> {
  for (let after = ''; ;) {
    const rows = await queries.query<RecordRow>(
      `SELECT key, version, hash, value, partition, kafka_offset, outcome FROM ledger.records
       WHERE target = $1 AND stream = $2 AND connection_id = $3 AND key > $4 ORDER BY key LIMIT ${PAGE}`,
      [target, stream, connectionId, after],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    const entries = stream === 'suppressions' ? await entriesByKey(queries, target, rows) : undefined;
    yield rows.map((row) => [row.key, recordOf(row, entries?.get(row.key) ?? (entries ? '' : null))]);
    after = last.key;
  }
}

const PAGE = 2000;

function recordOf(row: RecordRow, entries: string | null): LedgerRecord {
  return {
    version: Number(row.version),
    hash: row.hash,
    valueHash: row.value === null ? null : valueHash(row.value),
    entries,
    partition: row.partition,
    offset: Number(row.kafka_offset),
    outcome: row.outcome,
  };
}

function valueHash(value: string): string {
  try {
    return hashOf(JSON.parse(value) as Contact);
  } catch {
    return 'unreadable';
  }
}

async function entriesByKey(
  queries: Queries,
  target: string,
  records: readonly { readonly key: string }[],
): Promise<Map<string, string>> {
  const rows = await queries.query<{
    key: string;
    address: string;
    active: boolean;
    reason: SuppressionReason;
    occurred_at: string | null;
  }>(
    'SELECT key, address, active, reason, occurred_at FROM ledger.suppressions WHERE target = $1 AND key = ANY($2::text[])',
    [target, records.map(({ key }) => key)],
  );
  const groups = new Map<string, Parameters<typeof entriesText>[0][number][]>();
  for (const { key, address, active, reason, occurred_at: at } of rows) {
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push({ address, active, reason, occurredAt: at === null ? null : Number(at) });
  }
  return new Map([...groups].map(([key, group]) => [key, entriesText(group)]));
}

/** Up to where the records of a topic are in the ledger. */
export async function takenOffsets(queries: Queries, topic: string): Promise<Map<number, number>> {
  const rows = await queries.query<{ partition: number; taken: string }>(
    'SELECT partition, taken FROM ledger.positions WHERE topic = $1',
    [topic],
  );
  return new Map(rows.map(({ partition, taken }) => [partition, Number(taken)]));
}

/** Keys of contacts whose person is not there. */
export async function contactsWithoutPerson(queries: Queries, { target, connectionId }: Scope): Promise<string[]> {
  const rows = await queries.query<{ key: string }>(
    `SELECT key FROM ledger.records r WHERE target = $1 AND connection_id = $2 AND stream = 'contacts' AND email IS NOT NULL
       AND NOT EXISTS (SELECT FROM ledger.people p WHERE p.target = r.target AND p.email = r.email) ORDER BY key`,
    [target, connectionId],
  );
  return rows.map(({ key }) => key);
}

/** Keys of list records whose list is not there. */
export async function recordsWithoutList(queries: Queries, { target, connectionId }: Scope): Promise<string[]> {
  const rows = await queries.query<{ key: string }>(
    `SELECT key FROM ledger.records r WHERE target = $1 AND connection_id = $2 AND stream = 'lists' AND version >= 0
       AND NOT EXISTS (SELECT FROM ledger.lists l WHERE l.target = r.target AND l.key = r.key) ORDER BY key`,
    [target, connectionId],
  );
  return rows.map(({ key }) => key);
}

/** Addresses of people of whom there are several, beyond the first. */
export async function duplicatePeople(queries: Queries, { target, connectionId }: Scope): Promise<string[]> {
  const rows = await queries.query<{ email: string }>(
    `SELECT email FROM (
       SELECT email, row_number() OVER (PARTITION BY lower(trim(email)) ORDER BY email DESC) AS n
       FROM ledger.people WHERE target = $1 AND $2 = ANY(connections)) AS p WHERE n > 1`,
    [target, connectionId],
  );
  return rows.map(({ email }) => email);
}

/** Addresses of people who wait for import jobs that do not exist. */
export async function peopleWithoutJobs(queries: Queries, { target, connectionId }: Scope): Promise<string[]> {
  const rows = await queries.query<{ email: string }>(
    `SELECT email FROM ledger.people p WHERE target = $1 AND $2 = ANY(connections) AND open_jobs > 0 AND claim IS NULL
       AND NOT EXISTS (SELECT FROM ledger.job_rows r JOIN ledger.jobs j ON j.id = r.job_id
         WHERE j.target = p.target AND r.email = p.email)`,
    [target, connectionId],
  );
  return rows.map(({ email }) => email);
}

/** Contact ids by which people can be spoken of, by address. */
export async function idsOf(
  queries: Queries,
  { target, connectionId }: Scope,
  emails: readonly string[],
): Promise<(email: string) => string> {
  const rows = await queries.query<{ email: string; key: string }>(
    `SELECT email, key FROM ledger.records WHERE target = $1 AND stream = 'contacts' AND email = ANY($2::text[]) AND connection_id = $3
     UNION ALL SELECT address, key FROM ledger.suppressions WHERE target = $1 AND address = ANY($2::text[])
     UNION ALL SELECT email, key FROM ledger.former_addresses WHERE target = $1 AND email = ANY($2::text[])`,
    [target, emails, connectionId],
  );
  const ids = new Map([...rows].reverse().map(({ email, key }) => [email, key.slice(key.indexOf(':') + 1)]));
  return (email) => ids.get(email) ?? 'unknown';
}
