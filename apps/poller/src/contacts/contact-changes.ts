import { type ContactContent, entriesOfContact } from '@portage/constant-contact';
import { type SuppressionEntry } from '@portage/records';
import { type Change, changeOf, type KnownRecord, type Origin } from '../pages/change.js';
import { type KnownPeople } from './known-contacts.js';

/**
 * What a page of contacts changes: the contacts themselves, and the opt-outs that they show. Pure. Both go out in one
 * transaction, suppressions first.
 */
export function contactChanges(contacts: readonly ContactContent[], known: KnownPeople, origin: Origin): Change[] {
  const changed = contacts.flatMap((content) => {
    const change = changeOf('contacts', content.contactId, content, known.contacts.get(content.contactId), origin);
    return change ? [{ content, change }] : [];
  });
  const suppressions = changed.flatMap(({ content }) => suppressionChange(content, known, origin) ?? []);
  return [...suppressions, ...changed.map(({ change }) => change)];
}

function suppressionChange(content: ContactContent, known: KnownPeople, origin: Origin): Change | null {
  const before = known.suppressions.get(content.contactId);
  const former = known.contacts.get(content.contactId) ?? null;
  const entries = entriesOfContact(content, { entries: before?.entries ?? [], former }, origin.observedAt);
  return suppressionOf(content, entries, before, origin);
}

/** The contact's suppressions if they changed; a contact that never had an entry has no record. */
export function suppressionOf(
  contact: Pick<ContactContent, 'contactId' | 'email' | 'deletedAt'>,
  entries: readonly SuppressionEntry[],
  before: KnownRecord | undefined,
  origin: Origin,
): Change | null {
  if (entries.length === 0) return null;
  const { contactId, email, deletedAt } = contact;
  return changeOf('suppressions', contactId, { contactId, email, deletedAt, entries }, before, origin);
}
