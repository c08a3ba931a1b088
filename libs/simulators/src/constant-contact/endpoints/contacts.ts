import { type Contact } from '../../account/index.js';
import { isLive } from '../../account/contact.js';
import { contactFilter } from '../contact-filter.js';
import { notFound, validation } from '../errors.js';
import { effectiveQuery, nextLink, nextOf } from '../paging.js';
import { flagOf, limitOf, listOf } from '../query.js';
import { type Call, type Endpoint } from '../vendor.js';
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
  const counting = flagOf(query, 'include_count');
  const { shown, seen } = look(call, query, { from: (page - 1) * limit, to: page * limit, counting });
  return {
    contacts: shown.map((contact) => contactJson(contact, include)),
    ...(counting ? { contacts_count: seen } : {}),
    ...(seen > page * limit ? nextLink(call.request, query, { limit, next: page + 1 }) : call.vendor.lastPages.links()),
  };
};

export const oneContact: Endpoint = ({ request, view }) => {
  const contact = view.contact(request.params['contact_id'] ?? '');
  if (contact === undefined) throw notFound('contact');
  return contactJson(contact, listOf(request.query, 'include', SUBRESOURCES) ?? []);
};

/** Deleted contacts are left out. */
export const contactCounts: Endpoint = ({ view, request, now }) => {
  const live = [...view.listing()].filter(isLive);
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

/** The matching contacts of one page, and how many match: all of them where they are counted, else at most one beyond the page. */
function look(
  { view }: Call,
  query: URLSearchParams,
  { from, to, counting }: { from: number; to: number; counting: boolean },
): { shown: Contact[]; seen: number } {
  const wanted = contactFilter(query);
  const shown: Contact[] = [];
  let seen = 0;
  for (const contact of view.listing()) {
    if (!wanted(contact)) continue;
    if (seen >= from && seen < to) shown.push(contact);
    seen += 1;
    if (!counting && seen > to) break;
  }
  return { shown, seen };
}

function pageOf(query: URLSearchParams): number {
  const page = Number(nextOf(query) ?? 1);
  if (!Number.isInteger(page) || page < 1) throw validation('cursor is not valid.');
  return page;
}
