import { type Contact, type Permission, secondOf, type SuppressionEntry } from '@portage/records';
import { blank, entryLike, lift, usableOptIn, withEntry } from './entries.js';

/** Of a contact, what decides about mailing it. */
export type Standing = Pick<Contact, 'email' | 'permission' | 'optInAt' | 'optOutSource' | 'optOutAt'>;

/** Of the contact as last published. */
export type FormerStanding = Pick<Contact, 'email' | 'permission' | 'optOutAt'>;

/**
 * Pure: the contact's entries after it was seen in this state.
 *
 * - Unsubscribed: an active entry for the present address; without a date it counts from when it was first observed.
 * - A permission under which the source would not mail either (not set, pending, on hold, or a word that nobody documented):
 *   an active `held` entry, which ends with that permission.
 * - An explicit opt-in newer than an unsubscribe, by a second at least, ends it. Nothing else does: not deletion, not revival,
 *   not a permission that merely reads explicit again.
 * - Entries of former addresses stay as they are. Invariant 3: an unsubscribe that the contact loses in the same change
 *   that alters its address counts for the new address too, until an explicit opt-in newer than it.
 */
export function entriesOfContact(
  contact: Standing,
  known: { readonly entries: readonly SuppressionEntry[]; readonly former: FormerStanding | null },
  observedAt: number,
): SuppressionEntry[] {
  const { email } = contact;
  let entries = [...known.entries];
  if (email === null) return entries;
  const inherited = unsubscribeOfFormerAddress(contact, known, observedAt);
  if (inherited) entries = withEntry(entries, inherited);
  if (contact.permission === 'unsubscribed')
    entries = withEntry(entries, unsubscribed(contact, email, entries, observedAt));
  entries = liftByOptIn(entries, contact, email, observedAt);
  if (isHeld(contact.permission)) {
    const held = { ...blank, address: email, reason: 'held', source: 'account' } as const;
    return entryLike(entries, held)?.active ? entries : withEntry(entries, held);
  }
  return lift(entries, observedAt, (entry) => entry.reason === 'held' && entry.address === email);
}

/** Neither mailable nor unsubscribed. */
function isHeld(permission: Permission): boolean {
  return permission !== 'explicit' && permission !== 'implicit' && permission !== 'unsubscribed';
}

function unsubscribed(
  contact: Standing,
  address: string,
  entries: readonly SuppressionEntry[],
  observedAt: number,
): SuppressionEntry {
  const source = contact.optOutSource?.toLowerCase() === 'contact' ? 'contact' : 'account';
  const entry = { ...blank, address, reason: 'unsubscribed', source } as const;
  const before = entryLike(entries, entry);
  const firstSeen = before?.active ? before.occurredAt : null;
  return { ...entry, occurredAt: contact.optOutAt ?? firstSeen ?? observedAt };
}

function unsubscribeOfFormerAddress(
  contact: Standing,
  { entries, former }: { entries: readonly SuppressionEntry[]; former: FormerStanding | null },
  observedAt: number,
): SuppressionEntry | null {
  const { email } = contact;
  if (email === null || former?.permission !== 'unsubscribed' || former.email === email) return null;
  if (contact.permission === 'unsubscribed') return null;
  const old = entries.find(
    (entry) => entry.address === former.email && entry.reason === 'unsubscribed' && entry.active,
  );
  const occurredAt = old?.occurredAt ?? former.optOutAt ?? observedAt;
  return { ...blank, address: email, reason: 'unsubscribed', source: old?.source ?? 'account', occurredAt };
}

/** For the present address only: an opt-in at the new address says nothing about the old one. */
function liftByOptIn(
  entries: readonly SuppressionEntry[],
  contact: Standing,
  address: string,
  now: number,
): SuppressionEntry[] {
  const optInAt = contact.permission === 'explicit' ? usableOptIn(contact.optInAt, now) : null;
  if (optInAt === null) return [...entries];
  return lift(
    entries,
    optInAt,
    (entry) =>
      entry.address === address &&
      entry.reason === 'unsubscribed' &&
      entry.occurredAt !== null &&
      secondOf(optInAt) > secondOf(entry.occurredAt),
  );
}
