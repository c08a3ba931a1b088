import { addressesOf, entryFacts, type EntryFacts } from '@portage/consent';
import { type Offsets, readBounded } from '@portage/kafka';
import { contentHash, type Suppression, type Values } from '@portage/records';
import { type KeptStream } from '../load-batch.js';
import { type LoaderParts } from '../loader-parts.js';
import { type Belongings } from './belongings.js';
import { type TopicRecord } from './compare-records.js';

export interface TopicContents {
  /** The newest record of every key of the connection. */
  readonly records: Map<string, TopicRecord>;
  readonly ends: Offsets;
}

export async function readTopic(
  { cluster, registry }: Pick<LoaderParts, 'cluster' | 'registry'>,
  stream: KeptStream,
  belongings: Belongings,
  signal: AbortSignal,
): Promise<TopicContents> {
  const records = new Map<string, TopicRecord>();
  const { ends } = await readBounded<KeptStream>({
    cluster,
    registry,
    topic: stream,
    from: 'start',
    signal,
    onRecords: (partition, read) => {
      for (const record of read) {
        if ('undecodable' in record) continue;
        const belonging = belongings.place(stream, partition, record);
        if (!belonging) continue;
        const { key, brought, due } = belonging;
        if (record.value === null) records.delete(key);
        else {
          const { value, offset } = record;
          const known = records.get(key);
          if (known && known.version > value.meta.version) continue;
          records.set(key, { partition, offset, brought, due, ...topicRecord(stream, value) });
        }
      }
      return Promise.resolve();
    },
  });
  return { records, ends };
}

function topicRecord<S extends KeptStream>(
  stream: S,
  value: Values[S],
): Pick<TopicRecord, 'version' | 'hash' | 'entries' | 'deleted'> {
  const deleted = value.meta.op === 'delete';
  return {
    version: value.meta.version,
    hash: hashOf(value),
    entries: stream === 'suppressions' ? entriesOf(value as Suppression) : null,
    deleted: deleted || ('deletedAt' in value && value.deletedAt !== null),
  };
}

/** As the ledger keeps it. */
export function hashOf(value: Values[KeptStream]): string {
  return `${contentHash(value)}${value.meta.op === 'delete' ? '-' : ''}`;
}

function entriesOf(value: Suppression): string {
  return entriesText(
    addressesOf(value).flatMap((address) => entryFacts(value, address).map((entry) => ({ address, ...entry }))),
  );
}

/** Entries as one text that is equal for equal ones, in whatever order they came. */
export function entriesText(
  entries: readonly (Pick<EntryFacts, 'active' | 'reason' | 'occurredAt'> & { readonly address: string })[],
): string {
  return entries
    .map(({ address, active, reason, occurredAt }) => JSON.stringify([address, active, reason, occurredAt]))
    .sort()
    .join();
}
