import { type Contact } from '../account/index.js';
import { isLive } from '../account/contact.js';
import { validation } from './errors.js';
import { dateOf, listOf } from './query.js';

const STATUSES = ['all', 'active', 'deleted', 'not_set', 'pending_confirmation', 'temp_hold', 'unsubscribed'];
const SMS_STATUSES = ['all', 'explicit', 'unsubscribed', 'pending_confirmation', 'not_set'];

/**
 * The contacts that a query asks for. `updated_*` looks at the contact's own date alone, which unsubscribing, list moves, tags and
 * deletion leave where it is; dates count exclusively; without `status` deleted contacts stay hidden.
 */
export function contactFilter(query: URLSearchParams): (contact: Contact) => boolean {
  const lists = idsOf(query, 'lists', 25);
  const tags = idsOf(query, 'tags', 50);
  const email = query.get('email')?.toLowerCase();
  const inStatus = statusFilter(listOf(query, 'status', STATUSES));
  const inSms = smsFilter(listOf(query, 'sms_status', SMS_STATUSES));
  const inUpdated = between(query, 'updated');
  const inCreated = between(query, 'created');
  const inOptOut = between(query, 'optout');
  return (contact) =>
    inStatus(contact) &&
    inSms(contact) &&
    inUpdated(contact.updatedAt) &&
    inCreated(contact.createdAt) &&
    inOptOut(contact.email?.optOutDate) &&
    (email === undefined || contact.email?.address.toLowerCase() === email) &&
    (lists === undefined || contact.lists.some((id) => lists.includes(id))) &&
    (tags === undefined || contact.tags.some((id) => tags.includes(id)));
}

function statusFilter(statuses: readonly string[] | undefined): (contact: Contact) => boolean {
  if (statuses === undefined) return isLive;
  if (statuses.includes('all')) return () => true;
  return (contact) => {
    if (contact.deletedAt !== undefined) return statuses.includes('deleted');
    const permission = contact.email?.permission;
    const active = permission === 'explicit' || permission === 'implicit';
    return statuses.includes(active ? 'active' : (permission ?? ''));
  };
}

function smsFilter(statuses: readonly string[] | undefined): (contact: Contact) => boolean {
  if (statuses === undefined) return () => true;
  return ({ sms }) => sms !== undefined && (statuses.includes('all') || statuses.includes(sms.permission));
}

function between(query: URLSearchParams, name: string): (time: number | undefined) => boolean {
  const after = dateOf(query, `${name}_after`);
  const before = dateOf(query, `${name}_before`);
  if (after === undefined && before === undefined) return () => true;
  return (time) => time !== undefined && time > (after ?? -Infinity) && time < (before ?? Infinity);
}

function idsOf(query: URLSearchParams, name: string, maximum: number): string[] | undefined {
  const ids = listOf(query, name);
  if (ids !== undefined && ids.length > maximum) throw validation(`${name} takes at most ${maximum} ids.`);
  return ids;
}
