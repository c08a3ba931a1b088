import { type Contact, type Permission, type Suppression, type SuppressionReason } from '@portage/records';

/** What a decision needs of a contact. Plain JSON, so that it can be stored per person. */
export interface ContactFacts {
  readonly contactId: string;
  /** Normalised; null when the contact has no usable address. */
  readonly email: string | null;
  /** Whether the source has any text in the address field: tells a missing address from an unusable one. */
  readonly emailGiven: boolean;
  readonly permission: Permission;
  readonly optInAt: number | null;
  readonly optOutAt: number | null;
  readonly deleted: boolean;
  readonly updatedAt: number | null;
}

/** One suppression entry at this person's address. Plain JSON. */
export interface EntryFacts {
  readonly contactId: string;
  readonly contactDeleted: boolean;
  readonly active: boolean;
  readonly reason: SuppressionReason;
  readonly occurredAt: number | null;
  readonly liftedAt: number | null;
  /** When the poller observed the record that carries the entry; stands in for a missing `occurredAt`. */
  readonly observedAt: number;
}

/** Everything known about one normalised address. The order of contacts and entries means nothing. */
export interface PersonFacts {
  /** Contacts whose present address this is, deleted ones included. */
  readonly contacts: readonly ContactFacts[];
  /** Entries at this address, of these contacts and of those that once had it. */
  readonly entries: readonly EntryFacts[];
  /** A contact that had this address has another one now, and Portage had loaded this address. */
  readonly vacated?: boolean;
}

export function contactFacts(contact: Contact): ContactFacts {
  return {
    contactId: contact.contactId,
    email: contact.email,
    emailGiven: (contact.emailAddress ?? '').trim() !== '',
    permission: contact.permission,
    optInAt: contact.optInAt,
    optOutAt: contact.optOutAt,
    deleted: contact.deletedAt !== null || contact.meta.op === 'delete',
    updatedAt: contact.updatedAt,
  };
}

/** The entries of a record that speak about `address` (normalised). */
export function entryFacts(suppression: Suppression, address: string): EntryFacts[] {
  return suppression.entries
    .filter((entry) => entry.address === address)
    .map((entry) => ({
      contactId: suppression.contactId,
      contactDeleted: suppression.deletedAt !== null || suppression.meta.op === 'delete',
      active: entry.active,
      reason: entry.reason,
      occurredAt: entry.occurredAt,
      liftedAt: entry.liftedAt,
      observedAt: suppression.meta.observedAt,
    }));
}

/** Every address a record speaks about, sorted: a contact's former addresses keep their own entries. */
export function addressesOf(suppression: Suppression): string[] {
  return [...new Set(suppression.entries.map((entry) => entry.address))].sort();
}
