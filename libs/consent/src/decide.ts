import { type ConsentOptions, type Decision } from './decision.js';
import { usableOptIn } from './opt-in.js';
import { newestOptOut, unsubscribedBecause } from './opt-out.js';
import { type ContactFacts, type EntryFacts, type PersonFacts } from './person.js';

/**
 * The one decision about a person. Pure and total: an unknown permission or reason never means consent.
 *
 * Order of tests: no or invalid address, unsubscribed, address left, deleted, suppressed, held, then consent.
 *
 * @param now  milliseconds; opt-in dates at or after it count as none
 */
export function decide(person: PersonFacts, options: ConsentOptions, now: number): Decision {
  const contacts = person.contacts.filter((contact) => contact.email !== null);
  const { entries } = person;
  if (contacts.length === 0 && person.contacts.length > 0 && entries.length === 0 && !person.vacated) {
    return withoutAddress(person.contacts);
  }
  const living = contacts.filter((contact) => !contact.deleted);
  const contactId = profileContact(living)?.contactId ?? null;

  // Invariant 3: tested before everything that could make the person mailable, deletion included.
  const unsubscribed = unsubscribedBecause(contacts, entries, now);
  if (unsubscribed) {
    return { kind: 'unsubscribed', reason: unsubscribed, contactId, optedOutAt: newestOptOut(contacts, entries) };
  }
  if (person.vacated && living.length === 0) return { kind: 'suppressed', reason: 'address_left', contactId: null };

  const active = entries.filter((entry) => entry.active);
  if (living.length === 0 && (contacts.length > 0 || active.length > 0) && active.every(ofDeleted(contacts))) {
    return { kind: 'skipped', reason: 'deleted' };
  }
  const suppressed = suppressedBecause(active);
  if (suppressed) return { kind: 'suppressed', reason: suppressed, contactId };
  const held = heldBecause(living, active);
  if (held) return { kind: 'held', reason: held, contactId };

  return consentOf(living, entries, options, now);
}

function withoutAddress(contacts: readonly ContactFacts[]): Decision {
  const given = contacts.some((contact) => contact.emailGiven);
  return { kind: 'skipped', reason: given ? 'invalid_email' : 'no_email' };
}

/** The contact touched last; ids break ties, so that the order of inputs does not matter. */
function profileContact(living: readonly ContactFacts[]): ContactFacts | undefined {
  return [...living].sort((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0) || (a.contactId < b.contactId ? -1 : 1))[0];
}

/** A person with deleted contacts alone is deleted, unless somebody who once had the address still lives elsewhere. */
function ofDeleted(contacts: readonly ContactFacts[]): (entry: EntryFacts) => boolean {
  const deleted = new Set(contacts.filter((contact) => contact.deleted).map((contact) => contact.contactId));
  return (entry) => entry.contactDeleted || deleted.has(entry.contactId);
}

function suppressedBecause(active: readonly EntryFacts[]): 'bounced' | 'suspended' | 'unknown_reason' | null {
  if (active.some((entry) => entry.reason === 'bounced')) return 'bounced';
  if (active.some((entry) => entry.reason === 'suspended')) return 'suspended';
  // Invariant 4: a reason that this version does not know is still a reason not to mail.
  return active.some((entry) => entry.reason !== 'held') ? 'unknown_reason' : null;
}

function heldBecause(living: readonly ContactFacts[], active: readonly EntryFacts[]) {
  const permissions = new Set(living.map((contact) => contact.permission));
  for (const permission of ['pending_confirmation', 'temp_hold', 'not_set'] as const) {
    if (permissions.has(permission)) return permission;
  }
  // Invariant 4: only the two words that allow mailing are left; any other, known or not, means it is not allowed.
  if (living.some((contact) => contact.permission !== 'explicit' && contact.permission !== 'implicit')) {
    return 'unknown_permission';
  }
  return active.some((entry) => entry.reason === 'held' && !entry.contactDeleted) ? 'held_entry' : null;
}

function consentOf(
  living: readonly ContactFacts[],
  entries: readonly EntryFacts[],
  options: ConsentOptions,
  now: number,
): Decision {
  const contactId = profileContact(living)?.contactId;
  if (contactId === undefined) return { kind: 'skipped', reason: 'unknown_person' };
  const reasons =
    options.consent === 'explicit_and_implicit' ? (['explicit', 'implicit'] as const) : (['explicit'] as const);
  for (const reason of reasons) {
    const dates = living
      .filter((contact) => contact.permission === reason)
      .map((contact) => usableOptIn(contact, now))
      .filter((at) => at !== null);
    if (dates.length > 0) {
      const optedOutAt = newestOptOut(living, entries);
      return { kind: 'subscribed', reason, contactId, consentedAt: Math.max(...dates), optedOutAt };
    }
  }
  return { kind: 'no_consent', reason: unproven(living), contactId };
}

function unproven(living: readonly ContactFacts[]): 'implicit' | 'opt_in_without_date' | 'opt_in_in_future' {
  const explicit = living.filter((contact) => contact.permission === 'explicit');
  if (explicit.length === 0) return 'implicit';
  return explicit.some((contact) => contact.optInAt !== null) ? 'opt_in_in_future' : 'opt_in_without_date';
}
