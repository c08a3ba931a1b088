import { type Account, type ContactList } from '../../account/index.js';
import { isLive, isMailable } from '../../account/contact.js';
import { notFound } from '../errors.js';
import { flagOf, listOf } from '../query.js';
import { type Endpoint } from '../vendor.js';
import { moment, oddness } from '../wire/moments.js';
import { keyedPage } from './keyed-page.js';

type Counting = 'all' | 'active' | undefined;

export const contactLists: Endpoint = (call) => {
  const { account } = call.view;
  const { shown, all, query, links } = keyedPage(call, (asked) => account.lists.filter(listFilter(asked)), {
    idOf: ({ id }: ContactList) => id,
    fallback: 50,
    maximum: 1000,
  });
  const counts = membershipCounts(account, countingOf(query));
  return {
    lists: shown.map((list) => listJson(list, counts)),
    ...(flagOf(query, 'include_count') ? { lists_count: all.length } : {}),
    ...links,
  };
};

export const oneContactList: Endpoint = ({ view: { account }, request }) => {
  const list = account.lists.find(({ id }) => id === request.params['list_id']);
  if (list === undefined) throw notFound('contact list');
  return listJson(list, membershipCounts(account, countingOf(request.query)));
};

/** Without `status` deleted lists stay hidden, without `channel_type` those for text messages. */
function listFilter(query: URLSearchParams): (list: ContactList) => boolean {
  const [status] = listOf(query, 'status', ['all', 'active', 'deleted']) ?? ['active'];
  const [channel] = listOf(query, 'channel_type', ['email', 'sms']) ?? ['email'];
  const name = query.get('name');
  return (list) =>
    list.channel === channel &&
    (status === 'all' || (list.deletedAt === undefined) === (status === 'active')) &&
    (name === null || list.name === name);
}

function countingOf(query: URLSearchParams): Counting {
  return listOf(query, 'include_membership_count', ['all', 'active'])?.[0] as Counting;
}

function membershipCounts(account: Account, counting: Counting): Map<string, number> | undefined {
  if (counting === undefined) return undefined;
  const counts = new Map<string, number>();
  for (const contact of account.contacts) {
    if (!(counting === 'all' ? isLive(contact) : isMailable(contact))) continue;
    for (const id of contact.lists) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function listJson(list: ContactList, counts: Map<string, number> | undefined): Record<string, unknown> {
  const odd = oddness(list.id);
  return {
    list_id: list.id,
    name: list.name,
    ...(list.description === undefined ? {} : { description: list.description }),
    favorite: list.favorite,
    created_at: moment(list.createdAt, odd),
    updated_at: moment(list.updatedAt, odd),
    ...(list.deletedAt === undefined ? {} : { deleted_at: moment(list.deletedAt, odd) }),
    ...(counts === undefined ? {} : { membership_count: counts.get(list.id) ?? 0 }),
  };
}
