import { type Account } from '../account.js';
import { type Contact, type ContactEmail } from '../contact.js';
import { optInIn, secondOf } from '../moment.js';
import { type Change, type ChangeEmail, type ContactFields, type Resubscribe, type Unsubscribe } from './change.js';
import { addOptOutRow } from './report-change.js';

type ContactChange = Exclude<
  Change,
  { kind: 'create_list' | 'rename_list' | 'delete_list' | 'send_campaign' | 'remove_campaign' | 'engage' }
>;

export function applyContactChange(account: Account, change: ContactChange, now: number): void {
  if (change.kind === 'add_contact') {
    requireFree(account, change.contact.email?.address);
    account.contacts.push(change.contact);
    return;
  }
  const contact = account.contacts.find(({ id, purgedAt }) => id === change.contactId && purgedAt === undefined);
  if (contact === undefined) throw new RangeError(`no contact ${change.contactId}`);
  switch (change.kind) {
    case 'edit_contact':
      edit(contact, change.fields, now);
      return;
    case 'unsubscribe':
      unsubscribe(account, contact, change, now);
      return;
    case 'resubscribe':
      resubscribe(contact, change, now);
      return;
    case 'set_permission':
      Object.assign(emailOf(contact), { permission: change.permission, updatedAt: now });
      return;
    case 'move_lists':
      // No date moves with a membership.
      contact.lists = moved(contact.lists, change).slice(0, 50);
      return;
    case 'retag':
      contact.tags = moved(contact.tags, change).slice(0, 50);
      return;
    case 'delete_contact':
      // Only the memberships go; the permission stays what it was, and so does the contact's date.
      contact.deletedAt = now;
      contact.lists = [];
      return;
    case 'revive_contact':
      delete contact.deletedAt;
      contact.lists = change.listId === undefined ? [] : [change.listId];
      return;
    case 'purge_contact':
      contact.deletedAt ??= now;
      contact.purgedAt = now;
      return;
    case 'change_email':
      changeEmail(account, contact, change, now);
      return;
  }
}

function edit(contact: Contact, fields: ContactFields, now: number): void {
  for (const [name, value] of Object.entries(fields) as [keyof ContactFields, unknown][]) {
    if (value === null) delete contact[name as 'firstName'];
    else Object.assign(contact, { [name]: value });
  }
  contact.updatedAt = now;
  contact.updateSource = 'Account';
}

/** Moves the date of the address and not the contact's: `updated_after` never finds it. */
function unsubscribe(account: Account, contact: Contact, change: Unsubscribe, now: number): void {
  if (change.activityId !== undefined) addOptOutRow(account, change.activityId, contact.id, secondOf(now));
  if (change.rowOnly === true) return;
  const email = emailOf(contact);
  email.permission = 'unsubscribed';
  email.updatedAt = now;
  email.optOutSource = change.by;
  if (change.undated === true) delete email.optOutDate;
  else email.optOutDate = now;
  if (change.reason !== undefined) email.optOutReason = change.reason;
}

function resubscribe(contact: Contact, { movesDates }: Resubscribe, now: number): void {
  const email = emailOf(contact);
  email.permission = 'explicit';
  email.optInSource = 'Contact';
  email.updatedAt = now;
  forgetOptOut(email);
  if (!movesDates) return;
  email.optInDate = optInIn(now);
  contact.updatedAt = now;
  contact.updateSource = 'Contact';
}

function changeEmail(account: Account, contact: Contact, change: ChangeEmail, now: number): void {
  requireFree(account, change.address);
  const email = emailOf(contact);
  contact.formerAddresses = [...(contact.formerAddresses ?? []), { address: email.address, until: now }];
  email.address = change.address;
  email.updatedAt = now;
  contact.updatedAt = now;
  if (change.permission === undefined) return;
  email.permission = change.permission;
  if (change.permission !== 'unsubscribed') forgetOptOut(email);
}

function forgetOptOut(email: ContactEmail): void {
  delete email.optOutDate;
  delete email.optOutSource;
  delete email.optOutReason;
}

function moved(ids: readonly string[], { add = [], remove = [] }: { add?: string[]; remove?: string[] }): string[] {
  return [...new Set([...ids.filter((id) => !remove.includes(id)), ...add])];
}

function emailOf(contact: Contact): ContactEmail {
  if (contact.email === undefined) throw new RangeError(`contact ${contact.id} has no address`);
  return contact.email;
}

/** An address belongs to one contact at a time, deleted ones included. */
function requireFree(account: Account, address: string | undefined): void {
  if (address === undefined) return;
  const folded = address.trim().toLowerCase();
  const holder = account.contacts.find(
    ({ email, purgedAt }) => purgedAt === undefined && email?.address.trim().toLowerCase() === folded,
  );
  if (holder !== undefined) throw new RangeError('the address belongs to another contact');
}
