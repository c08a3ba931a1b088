import { contactFacts } from '@portage/consent';
import { keyOf } from '@portage/records';
import { type Connection } from '../connections/connection.js';
import { type HeldContact, type WantedLists } from '../people/person.js';

export interface KnownList {
  readonly state: 'new' | 'creating' | 'ready' | 'postponed' | 'unwanted';
  readonly klaviyoId: string | null;
}

export interface ListBook {
  /** By record key. */
  list(key: string): KnownList | undefined;
  /** All lists of the connection's first pass are in the ledger; an id unknown after that is not an e-mail list. */
  complete(connectionId: string): boolean;
}

/** The union of the lists of a person's living contacts, as Klaviyo lists. */
export function wantedLists(
  contacts: readonly HeldContact[],
  connection: (id: string) => Connection | undefined,
  book: ListBook,
): WantedLists {
  const ready = new Set<string>();
  const kept = new Set<string>();
  const awaited = new Set<string>();
  let soon = false;
  for (const { contact, connectionId } of contacts) {
    const living = !contactFacts(contact).deleted && connection(connectionId)?.working === true;
    for (const listId of contact.listIds) {
      const key = keyOf(connectionId, listId);
      const list = book.list(key);
      if (list?.state === 'ready' && list.klaviyoId !== null) (living ? ready : kept).add(list.klaviyoId);
      else if (living) {
        awaited.add(key);
        // Lists beyond the day's creations can take days, unwanted ones come when the owner wants them: nobody waits for those.
        soon ||= list === undefined ? !book.complete(connectionId) : !['postponed', 'unwanted'].includes(list.state);
      }
    }
  }
  return { ready: [...ready], kept: [...kept], awaited: [...awaited], soon };
}
