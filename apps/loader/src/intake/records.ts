import { columns, type Queries } from '@portage/persistence';
import { type Stream } from '@portage/records';
import { type OutcomeWord } from '../positions/outcomes.js';

/** A record on its way into the ledger. */
export interface Incoming<V> {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly target: string;
  readonly connectionId: string;
  readonly version: number;
  readonly hash: string;
  readonly value: V;
}

/** What the ledger had under a key before. */
export interface Previous {
  readonly version: number;
  readonly hash: string;
  readonly email: string | null;
  readonly outcome: OutcomeWord | null;
  readonly reason: string | null;
}

export interface Intake<V> {
  readonly target: string;
  readonly newest: readonly Incoming<V>[];
  readonly previous: ReadonlyMap<string, Previous>;
  /** Connections whose gate is open. */
  readonly open: ReadonlySet<string>;
  readonly lingerMs: number;
}

/** The newest record of every key; of two equal ones the later. */
export function newestOf<V>(incoming: readonly Incoming<V>[]): Incoming<V>[] {
  const byKey = new Map<string, Incoming<V>>();
  for (const record of incoming) {
    const known = byKey.get(record.key);
    if (known === undefined || record.version >= known.version) byKey.set(record.key, record);
  }
  // One order for everybody who locks these rows.
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

export async function readPrevious(
  queries: Queries,
  target: string,
  stream: Stream,
  incoming: readonly { readonly key: string }[],
): Promise<Map<string, Previous>> {
  const rows = await queries.query<Omit<Previous, 'version'> & { key: string; version: string }>(
    `SELECT key, version, hash, email, outcome, reason FROM ledger.records
     WHERE target = $1 AND stream = $2 AND key = ANY($3::text[])`,
    [target, stream, incoming.map(({ key }) => key)],
  );
  return new Map(rows.map(({ key, version, ...rest }) => [key, { ...rest, version: Number(version) }]));
}

/** Invariant 6: what an incoming record changes, compared with what the ledger has. */
export function novelty<V>(record: Incoming<V>, previous: Previous | undefined): 'old' | 'same' | 'new' {
  if (previous === undefined) return 'new';
  if (record.version <= previous.version) return 'old';
  // Work that is still under way for the same content ends under the new version.
  return record.hash === previous.hash && previous.outcome !== null && previous.outcome !== 'parked' ? 'same' : 'new';
}

export interface RecordRow {
  readonly key: string;
  readonly connectionId: string;
  readonly version: number;
  readonly hash: string;
  readonly email: string | null;
  readonly value: string | null;
  readonly partition: number;
  readonly offset: number;
  /** Null: its fate is still to come. */
  readonly outcome: OutcomeWord | null;
  readonly reason: string | null;
}

export async function upsertRecords(
  queries: Queries,
  target: string,
  stream: Stream,
  rows: readonly RecordRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await queries.execute(
    `INSERT INTO ledger.records AS r
       (target, stream, key, connection_id, version, hash, email, value, partition, kafka_offset, outcome, reason, decided_at)
     SELECT $1, $2, key, connection_id, version, hash, email, value, partition, kafka_offset, outcome, reason,
       CASE WHEN outcome IS NOT NULL THEN now() END
     FROM unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::int[], $10::bigint[],
       $11::text[], $12::text[])
       AS i (key, connection_id, version, hash, email, value, partition, kafka_offset, outcome, reason)
     ORDER BY key
     ON CONFLICT (target, stream, key) DO UPDATE SET
       version = EXCLUDED.version, hash = EXCLUDED.hash, email = EXCLUDED.email, value = EXCLUDED.value,
       partition = EXCLUDED.partition, kafka_offset = EXCLUDED.kafka_offset,
       outcome = EXCLUDED.outcome, reason = EXCLUDED.reason, decided_at = EXCLUDED.decided_at
     WHERE EXCLUDED.version > r.version`,
    [
      target,
      stream,
      ...columns(rows, [
        'key',
        'connectionId',
        'version',
        'hash',
        'email',
        'value',
        'partition',
        'offset',
        'outcome',
        'reason',
      ]),
    ],
  );
}

/** The same content in a newer version: nothing is to be done, and what was delivered is unchanged. */
export async function restateRecords<V>(
  queries: Queries,
  target: string,
  stream: Stream,
  records: readonly Incoming<V>[],
): Promise<void> {
  if (records.length === 0) return;
  await queries.execute(
    `UPDATE ledger.records r SET version = i.version, partition = i.partition, kafka_offset = i.kafka_offset,
       outcome = CASE WHEN r.outcome = 'delivered' THEN 'unchanged' ELSE r.outcome END
     FROM unnest($3::text[], $4::bigint[], $5::int[], $6::bigint[]) AS i (key, version, partition, kafka_offset)
     WHERE r.target = $1 AND r.stream = $2 AND r.key = i.key AND r.version < i.version`,
    [target, stream, ...columns(records, ['key', 'version', 'partition', 'offset'])],
  );
}

/** A record that cannot be read is accounted for like any other, unless the ledger has a readable one under its key. */
export async function storeUndecodable(
  queries: Queries,
  stream: Stream,
  records: readonly {
    readonly key: string;
    readonly target: string | null;
    readonly connectionId: string | null;
    readonly partition: number;
    readonly offset: number;
    readonly undecodable: { readonly code: string };
  }[],
): Promise<void> {
  for (const { target, connectionId, key, partition, offset, undecodable } of records) {
    if (target === null || connectionId === null) continue;
    await upsertRecords(queries, target, stream, [
      {
        key,
        connectionId,
        version: -1,
        hash: '',
        email: null,
        value: null,
        partition,
        offset,
        outcome: 'rejected',
        reason: undecodable.code,
      },
    ]);
  }
}
