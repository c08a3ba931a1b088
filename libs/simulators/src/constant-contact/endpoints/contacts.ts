import { isLive } from '../../account/contact.js';
import { contactFilter } from '../contact-filter.js';
import { notFound, validation } from '../errors.js';
import { effectiveQuery, nextLink, nextOf } from '../paging.js';
import { flagOf, limitOf, listOf } from '../query.js';
import { type Endpoint } from '../vendor.js';
import { contactJson, SUBRESOURCES } from '../wire/contact.js';

/**
 * Pages by number over whatever matches at this moment: who appears, disappears or stops matching between two pages shifts all that
 * follow, and the cursor knows nothing of it.
 */
export const listContacts: Endpoint = (call) => {
  const query = effectiveQuery(call.request);
  if (query.has('segment_id')) throw notFound('segment');
  const limit = limitOf(query, { fallback: 50, maximum: 500 });
  const said = call.vendor.cursorsInclude ? query : call.request.query;
  const include = listOf(said, 'include', SUBRESOURCES) ?? [];
  const page = pageOf(query);
  const matching = call.view.matching(filtersOf(query), contactFilter(query));
  return {
    contacts: matching
      .slice((page - 1) * limit, page * limit)
      .map((contact) => contactJson(contact, include, call.vendor.emptyParts)),
    ...(flagOf(query, 'include_count') ? { contacts_count: matching.length } : {}),
    ...(matching.length > page * limit
      ? nextLink(call.request, query, { limit, next: page + 1 })
      : call.vendor.lastPages.links()),
  };
};

export const oneContact: Endpoint = ({ request, view, vendor }) => {
  const contact = view.contact(request.params['contact_id'] ?? '');
  if (contact === undefined) throw notFound('contact');
  return contactJson(contact, listOf(request.query, 'include', SUBRESOURCES) ?? [], vendor.emptyParts);
};

/** Deleted contacts are left out. */
export const contactCounts: Endpoint = ({ view, request, now }) => {
  const live = view.listing().filter(isLive);
  const having = (permission: string): number => live.filter(({ email }) => email?.permission === permission).length;
  return {
    total: live.length,
    explicit: having('explicit'),
    implicit: having('implicit'),
    pending: having('pending_confirmation'),
    unsubscribed: having('unsubscribed'),
    ...(request.query.get('include') === 'new_subscriber'
      ? { new_subscriber: live.filter(({ createdAt }) => createdAt > now - 30 * 86_400_000).length }
      : {}),
  };
};

/** What a query asks for, whichever page of it. */
function filtersOf(query: URLSearchParams): string {
  return new URLSearchParams([...query].filter(([name]) => name !== 'next' && name !== 'limit')).toString();
}

function pageOf(query: URLSearchParams): number {
  const page = Number(nextOf(query) ?? 1);
  if (!Number.isInteger(page) || page < 1) throw validation('cursor is not valid.');
  return page;
}
