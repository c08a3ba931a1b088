import { type Connection } from '../connections/connection.js';

export interface LedgerList {
  readonly key: string;
  readonly connectionId: string;
  readonly listId: string;
  readonly name: string;
  readonly deleted: boolean;
  readonly state: 'new' | 'creating' | 'ready' | 'postponed' | 'unwanted';
  readonly klaviyoId: string | null;
  readonly klaviyoName: string | null;
  readonly mapped: boolean;
  readonly createName: string | null;
  readonly createSentAt: number | null;
  readonly knownIds: readonly string[];
  /** Klaviyo refused what the present record asks for. */
  readonly refused: boolean;
  /** Of its record, in PostgreSQL's words; null where the ledger has none. */
  readonly version: string | null;
  /** Since when it is due, in PostgreSQL's words: another time says that it has changed since it was read. */
  readonly due: string;
}

export type ListStep =
  | { readonly do: 'map'; readonly klaviyoId: string }
  | { readonly do: 'create' }
  /** A create got lost: it may have made a list or not. */
  | { readonly do: 'resolve' }
  | { readonly do: 'rename' }
  | { readonly do: 'leave'; readonly reason: 'deleted' | 'not_wanted' }
  /** The owner's list, which the owner has taken back. */
  | { readonly do: 'unmap'; readonly reason: 'deleted' | 'not_wanted' }
  | { readonly do: 'keep' }
  /** Stays as it is, until the source says something else. */
  | { readonly do: 'rest' };

/** What is to be done about a list. Deleted ones are not created, and one that exists stays when its source goes. */
export function listStep(list: LedgerList, options: Connection['options']): ListStep {
  const mapped = options.listMap[list.listId];
  if (mapped !== undefined && mapped !== '') {
    return list.klaviyoId === mapped ? { do: 'keep' } : { do: 'map', klaviyoId: mapped };
  }
  if (list.state === 'creating') return { do: 'resolve' };
  if (list.refused && !list.mapped) return { do: 'rest' };
  const over = list.mapped ? 'unmap' : 'leave';
  if (list.deleted) return { do: over, reason: 'deleted' };
  if (list.klaviyoId !== null && !list.mapped) {
    return namesFor(list.name).includes(list.klaviyoName ?? '') ? { do: 'keep' } : { do: 'rename' };
  }
  return options.createLists ? { do: 'create' } : { do: over, reason: 'not_wanted' };
}

/** The names that a list may have in Klaviyo: its own, or the second one where somebody else has a list of that name. */
export function namesFor(name: string): readonly [string, string] {
  return [name, `${name} (Constant Contact)`];
}

/**
 * A list that somebody else made is never filled, because "added to list" flows would mail people: then the second name is
 * taken. Lists of one name that Portage made are not in the way: identical names stay two lists.
 */
export function nameFor(
  name: string,
  existing: readonly { readonly id: string; readonly name: string }[],
  own: ReadonlySet<string>,
): string {
  const [first, second] = namesFor(name);
  return existing.some((list) => list.name === first && !own.has(list.id)) ? second : first;
}

/** The list that a lost create made, if it did: of the name asked for, not there before, not known as another one. */
export function findCreated(
  list: LedgerList,
  existing: readonly { readonly id: string; readonly name: string; readonly createdAt: number | null }[],
  own: ReadonlySet<string>,
): string | undefined {
  const since = (list.createSentAt ?? 0) - CLOCK_SKEW_MS;
  return existing.find(
    ({ id, name, createdAt }) =>
      name === list.createName && !list.knownIds.includes(id) && !own.has(id) && (createdAt ?? since) >= since,
  )?.id;
}

const CLOCK_SKEW_MS = 300_000;
