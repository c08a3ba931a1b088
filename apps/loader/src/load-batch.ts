import { type TakenRecord, type Undecodable } from '@portage/kafka';
import { type Database } from '@portage/persistence';
import {
  contentHash,
  type Contact,
  type List,
  parseKey,
  type Stream,
  type Suppression,
  type Values,
} from '@portage/records';
import { type Connections } from './connections/connections.js';
import { type DeadLetters } from './dead-letters.js';
import { storeContacts } from './intake/contacts.js';
import { eraseRecords } from './intake/erase.js';
import { storeLists } from './intake/lists.js';
import { type Incoming, newestOf, readPrevious, storeUndecodable } from './intake/records.js';
import { storeSuppressions } from './intake/suppressions.js';
import { openGates } from './marks/gates.js';
import { transact } from './transact.js';

/** A compacted stream: its records are kept in the ledger, newest version by key. */
export type KeptStream = Exclude<Stream, 'activities'>;

export interface LoadContext {
  readonly database: Database;
  readonly connections: Connections;
  readonly deadLetters: DeadLetters;
  readonly lingerMs: number;
}

export interface PartitionRecords<S extends KeptStream> {
  readonly partition: number;
  readonly records: readonly TakenRecord<Values[S]>[];
}

/** A record that is in the ledger and whose fate will be told there; without a target there is nothing to wait for. */
export interface Loaded {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly target: string | null;
  readonly version: number;
}

/**
 * Takes a batch into the ledger: the newest version of every key, whose people it touches, and what is due for them. After
 * the transaction nothing of the batch is needed any more: any process may carry its people on.
 *
 * Invariant 6: a record older than the one in the ledger changes nothing; one with the same content needs no request.
 */
export async function loadBatch<S extends KeptStream>(
  context: LoadContext,
  stream: S,
  batches: readonly PartitionRecords<S>[],
): Promise<Loaded[]> {
  const sorted = await sort(context, batches);
  await buryUndecodable(context, stream, sorted.undecodable);
  await transact(context.database, async (queries) => {
    const open = await openGates(queries);
    for (const [target, incoming] of groupByTarget(sorted.incoming)) {
      const newest = newestOf(incoming);
      const previous = await readPrevious(queries, target, stream, newest);
      const intake = { target, newest, previous, open, lingerMs: context.lingerMs };
      if (stream === 'contacts') {
        await storeContacts(queries, { ...intake, newest: newest as Incoming<Contact>[] }, context.connections);
      } else if (stream === 'suppressions') {
        await storeSuppressions(queries, { ...intake, newest: newest as Incoming<Suppression>[] });
      } else {
        await storeLists(queries, { ...intake, newest: newest as Incoming<List>[] });
      }
    }
    await storeUndecodable(queries, stream, sorted.undecodable);
    await eraseRecords(queries, stream, sorted.erased);
  });
  return sorted.all;
}

interface Unreadable {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly target: string | null;
  readonly connectionId: string | null;
  readonly undecodable: Undecodable;
}

interface Sorted<S extends KeptStream> {
  readonly all: Loaded[];
  readonly incoming: Incoming<Values[S]>[];
  readonly undecodable: Unreadable[];
  /** Keys of tombstones. */
  readonly erased: string[];
}

async function sort<S extends KeptStream>(
  { connections }: LoadContext,
  batches: readonly PartitionRecords<S>[],
): Promise<Sorted<S>> {
  const sorted: Sorted<S> = { all: [], incoming: [], undecodable: [], erased: [] };
  const targets = await targetsOf(connections, batches);
  for (const { partition, records } of batches) {
    for (const record of records) {
      const { key, offset } = record;
      const connectionId = parseKey(key)?.connectionId ?? null;
      const target = connectionId === null ? null : (targets.get(connectionId) ?? null);
      if ('undecodable' in record) {
        sorted.undecodable.push({ partition, offset, key, target, connectionId, undecodable: record.undecodable });
        sorted.all.push({ partition, offset, key, target: null, version: 0 });
      } else if (record.value === null || target === null || connectionId === null) {
        // Nobody's record any more: its connection was deleted, or the key erased.
        if (record.value === null) sorted.erased.push(key);
        sorted.all.push({ partition, offset, key, target: null, version: 0 });
      } else {
        const { value } = record;
        const { version, op } = value.meta;
        const hash = `${contentHash(value)}${op === 'delete' ? '-' : ''}`;
        sorted.incoming.push({ partition, offset, key, target, connectionId, version, hash, value });
        sorted.all.push({ partition, offset, key, target, version });
      }
    }
  }
  return sorted;
}

/**
 * A connection that is not known yet may be seconds old, so it is asked for before it counts as deleted. One whose source was
 * not authorised when last looked at sends records now, so it is: its account's country tells how phone numbers are read.
 */
async function targetsOf<S extends KeptStream>(
  connections: Connections,
  batches: readonly PartitionRecords<S>[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(batches.flatMap(({ records }) => records.map(({ key }) => parseKey(key)?.connectionId ?? '')));
  if ([...ids].some((id) => id !== '' && connections.get(id)?.sourced !== true)) await connections.refresh();
  return new Map(
    [...ids].flatMap((id): [string, string][] => {
      const target = connections.get(id)?.target;
      return target === undefined ? [] : [[id, target]];
    }),
  );
}

async function buryUndecodable(context: LoadContext, stream: Stream, records: readonly Unreadable[]): Promise<void> {
  for (const record of records) await context.deadLetters.undecodable(stream, record.partition, [record]);
}

function groupByTarget<V>(incoming: readonly Incoming<V>[]): Map<string, Incoming<V>[]> {
  const groups = new Map<string, Incoming<V>[]>();
  for (const record of incoming) {
    const group = groups.get(record.target);
    if (group) group.push(record);
    else groups.set(record.target, [record]);
  }
  return groups;
}
