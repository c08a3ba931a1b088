import { secondOf } from '@portage/records';
import { type Decision } from './decision.js';
import { usableOptIn } from './opt-in.js';
import { type ContactFacts, type EntryFacts } from './person.js';

type UnsubscribedReason = Extract<Decision, { kind: 'unsubscribed' }>['reason'];

/** Why this person counts as unsubscribed, or null. Any one contact's opt-out counts for all, a deleted one's included. */
export function unsubscribedBecause(
  contacts: readonly ContactFacts[],
  entries: readonly EntryFacts[],
  now: number,
): UnsubscribedReason | null {
  if (contacts.some((contact) => contact.permission === 'unsubscribed')) return 'permission';
  if (entries.some((entry) => entry.active && entry.reason === 'unsubscribed')) return 'opted_out';
  if (contacts.some((contact) => outdated(contact, entries, now))) return 'opt_out_newer_than_opt_in';
  return null;
}

/** The newest opt-out among contacts and entries, those taken back included; null when none has a date. */
export function newestOptOut(contacts: readonly ContactFacts[], entries: readonly EntryFacts[]): number | null {
  const dates = [
    ...contacts.map((contact) => contact.optOutAt),
    ...entries.filter((entry) => entry.reason === 'unsubscribed').map((entry) => dateOf(entry)),
  ].filter((at) => at !== null);
  return dates.length === 0 ? null : Math.max(...dates);
}

/**
 * An opt-out that is not older than the contact's opt-in stands even while the permission reads explicit: the source
 * records the two separately and the permission may lag. Of two in the same second the opt-out stands.
 */
function outdated(contact: ContactFacts, entries: readonly EntryFacts[], now: number): boolean {
  const own = entries.filter((entry) => entry.contactId === contact.contactId && entry.reason === 'unsubscribed');
  const optOuts = [contact.optOutAt, ...own.map((entry) => entry.occurredAt)].filter((at) => at !== null);
  if (optOuts.length === 0) return false;
  const optIn = usableOptIn(contact, now);
  return optIn === null || secondOf(Math.max(...optOuts)) >= secondOf(optIn);
}

/** An opt-out in force without a date counts from its observation; one taken back was observed again since, so has none. */
function dateOf(entry: EntryFacts): number | null {
  return entry.occurredAt ?? (entry.active ? entry.observedAt : null);
}
