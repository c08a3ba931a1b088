import { type Contact } from '../account/index.js';
import { isLive } from '../account/contact.js';
import { validation } from './errors.js';
import { dateOf, listOf } from './query.js';

const STATUSES = ['all', 'active', 'deleted', 'not_set', 'pending_confirmation', 'temp_hold', 'unsubscribed'];
const SMS_STATUSES = ['all', 'explicit', 'unsubscribed', 'pending_confirmation', 'not_set'];

type Filter = (contact: Contact) => boolean;

/**
 * The contacts that a query asks for. `updated_*` looks at the contact's own date alone, which unsubscribing, list moves, tags and
 * deletion leave where it is; dates count exclusively; without `status` deleted contacts stay hidden.
 */
export function contactFilter(query: URLSearchParams): Filter {
  const lists = idsOf(query, 'lists', 25);
  const tags = idsOf(query, 'tags', 50);
  const email = query.get('email')?.toLowerCase();
  const filters = [
    statusFilter(listOf(query, 'status', STATUSES)),
    smsFilter(listOf(query, 'sms_status', SMS_STATUSES)),
    between(query, 'updated', ({ updatedAt }) => updatedAt),
    between(query, 'created', ({ createdAt }) => createdAt),
    between(query, 'optout', (contact) => contact.email?.optOutDate),
    email === undefined ? undefined : (contact: Contact) => contact.email?.address.toLowerCase() === email,
    lists && ((contact: Contact) => contact.lists.some((id) => lists.includes(id))),
    tags && ((contact: Contact) => contact.tags.some((id) => tags.includes(id))),
  ].filter((filter) => filter !== undefined);
  return (contact) => filters.every((filter) => filter(contact));
}

function statusFilter(statuses: readonly string[] | undefined): Filter | undefined {
  if (statuses === undefined) return isLive;
  if (statuses.includes('all')) return undefined;
  return (contact) => {
    if (contact.deletedAt !== undefined) return statuses.includes('deleted');
    const permission = contact.email?.permission;
    const active = permission === 'explicit' || permission === 'implicit';
    return statuses.includes(active ? 'active' : (permission ?? ''));
  };
}

function smsFilter(statuses: readonly string[] | undefined): Filter | undefined {
  if (statuses === undefined) return undefined;
  return ({ sms }) => sms !== undefined && (statuses.includes('all') || statuses.includes(sms.permission));
}

function between(
  query: URLSearchParams,
  name: string,
  timeOf: (contact: Contact) => number | undefined,
): Filter | undefined {
  const after = dateOf(query, `${name}_after`) ?? Number.MIN_SAFE_INTEGER;
  const before = dateOf(query, `${name}_before`) ?? Number.MAX_SAFE_INTEGER;
  if (after === Number.MIN_SAFE_INTEGER && before === Number.MAX_SAFE_INTEGER) return undefined;
  return (contact) => {
    const time = timeOf(contact);
    return time !== undefined && time > after && time < before;
  };
}

function idsOf(query: URLSearchParams, name: string, maximum: number): string[] | undefined {
  const ids = listOf(query, name);
  if (ids !== undefined && ids.length > maximum) throw validation(`${name} takes at most ${maximum} ids.`);
  return ids;
}
