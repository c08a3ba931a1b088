import { type Activity, type Contact, type List, type Mark, type Suppression } from './generated/types.js';

export interface RecordKey {
  readonly connectionId: string;
  readonly sourceId: string;
}

/** The key of a record, `<connectionId>:<sourceId>`. Throws a RangeError when it could not be taken apart again. */
export function keyOf(connectionId: string, sourceId: string): string {
  if (connectionId === '' || connectionId.includes(':'))
    throw new RangeError('A connection id is not empty and has no colon.');
  if (sourceId === '') throw new RangeError('A source id is not empty.');
  return `${connectionId}:${sourceId}`;
}

/** The parts of a key, or null when it is not one of ours. A source id may contain colons. */
export function parseKey(key: string): RecordKey | null {
  const colon = key.indexOf(':');
  if (colon < 1 || colon === key.length - 1) return null;
  return { connectionId: key.slice(0, colon), sourceId: key.slice(colon + 1) };
}

export function listKey(list: List): string {
  return keyOf(list.meta.connectionId, list.listId);
}

/** Contacts, suppressions and activities share their key, so that a person's records meet in equally numbered partitions. */
export function contactKey(record: Contact | Suppression | Activity): string {
  return keyOf(record.meta.connectionId, record.contactId);
}

export function markKey(mark: Pick<Mark, 'connectionId' | 'stream'>): string {
  return keyOf(mark.connectionId, mark.stream);
}
