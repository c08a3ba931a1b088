import { type SimAnswer } from '../../http/index.js';
import { type Call, type Endpoint, pageSize } from '../call.js';
import { contract } from '../generated/contract.js';
import { refuse } from '../jsonapi/errors.js';
import { compareTo, type Condition, parseFilter } from '../jsonapi/filter.js';
import { cursorOf, type Page, pageAnswer, slicePage } from '../jsonapi/paging.js';
import { listResource } from '../resources/list.js';
import { profileResource } from '../resources/profile.js';
import { asks } from '../resources/sparse.js';
import { type Profile } from '../state/profile.js';

export const profileEndpoints: Endpoint[] = [
  { endpoint: 'GET /api/profiles', limits: predictive, handle: readProfiles },
  {
    endpoint: 'GET /api/profiles/{id}',
    limits: predictive,
    handle: (call) => {
      const profile = profileOf(call);
      const included = asks(call.query, 'include', 'lists')
        ? { included: call.account.listsOf(profile).map((list) => listResource(call, list)) }
        : {};
      return {
        status: 200,
        json: { data: profileResource(call, profile), links: { self: call.base + call.request.url }, ...included },
      };
    },
  },
  {
    endpoint: 'GET /api/profiles/{id}/lists',
    handle: (call) => {
      const lists = call.account.listsOf(profileOf(call));
      return pageAnswer(call, { items: lists.map((list) => listResource(call, list)) });
    },
  },
  {
    endpoint: 'GET /api/profiles/{id}/relationships/lists',
    handle: (call) => {
      const lists = call.account.listsOf(profileOf(call));
      return pageAnswer(call, { items: lists.map((list) => ({ type: 'list', id: list.id })) });
    },
  },
];

/** The profile that the path names; throws the 404. */
export function profileOf(call: Call): Profile {
  const id = call.request.params['id'] ?? '';
  const profile = call.account.profiles.withId(id);
  if (profile === undefined) throw refuse(404, 'not_found', `A profile with id ${id} does not exist.`);
  return profile;
}

function predictive(query: URLSearchParams): { variant: string; burst: number; steady: number } | undefined {
  return asks(query, 'additional-fields[profile]', 'predictive_analytics')
    ? { variant: 'with predictive_analytics', burst: 10, steady: 150 }
    : undefined;
}

function readProfiles(call: Call): SimAnswer {
  const filter = call.query.get('filter');
  const conditions = filter === null ? [] : parseFilter(filter, contract['GET /api/profiles']?.filters ?? {});
  const size = pageSize(call, 20);
  const sort = call.query.get('sort');
  const page =
    conditions.length === 0 && sort === null ? wholeAccount(call, size) : selected(call, conditions, sort, size);
  return pageAnswer(call, { ...page, items: page.items.map((profile) => profileResource(call, profile)) });
}

/** By order of creation, read where the last page ended. */
function wholeAccount(call: Call, size: number): Page<Profile> {
  const { profiles } = call.account;
  const items: Profile[] = [];
  let seq = Number(cursorOf(call) ?? 0);
  for (; seq < profiles.nextSeq && items.length < size; seq++) {
    const profile = profiles.at(seq);
    if (profile !== undefined) items.push(profile);
  }
  return { items, ...(seq < profiles.nextSeq ? { next: String(seq) } : {}) };
}

function selected(call: Call, conditions: readonly Condition[], sort: string | null, size: number): Page<Profile> {
  const found = [...candidates(call, conditions)].filter((profile) => conditions.every((each) => fits(profile, each)));
  if (sort !== null) found.sort(order(sort));
  return slicePage(call, found, size);
}

/** By index where an identity is asked for, so that a look-up of 100 addresses does not walk the account. */
function candidates(call: Call, conditions: readonly Condition[]): Iterable<Profile> {
  const { profiles } = call.account;
  const identity = conditions.find(({ field }) => ['id', 'email', 'phone_number', 'external_id'].includes(field));
  if (identity === undefined) return profiles.all();
  const found = identity.values.map((value) => {
    if (identity.field === 'id') return profiles.withId(value);
    if (identity.field === 'email') return profiles.withEmail(value);
    if (identity.field === 'phone_number') return profiles.withPhone(value);
    return profiles.withExternalId(value);
  });
  return new Set(found.filter((profile) => profile !== undefined));
}

function fits(profile: Profile, condition: Condition): boolean {
  const { field, values } = condition;
  const prefix = 'subscriptions.email.marketing.';
  switch (field) {
    case 'id':
      return values.includes(profile.id);
    case 'email':
      return values.some((value) => value.toLowerCase() === profile.email);
    case 'phone_number':
      return values.includes(profile.phone ?? '');
    case 'external_id':
      return values.includes(profile.externalId ?? '');
    case 'created':
      return compareTo(condition, profile.created);
    case 'updated':
      return compareTo(condition, profile.updated);
    case `${prefix}suppression.reason`:
      return profile.suppressions.some((each) => values.includes(each.reason));
    case `${prefix}suppression.timestamp`:
      return profile.suppressions.some((each) => compareTo(condition, each.timestamp));
    case `${prefix}list_suppressions.reason`:
      return profile.listSuppressions.some((each) => values.includes(each.reason));
    case `${prefix}list_suppressions.list_id`:
      return profile.listSuppressions.some((each) => values.includes(each.listId));
    case `${prefix}list_suppressions.timestamp`:
      return profile.listSuppressions.some((each) => compareTo(condition, each.timestamp));
    default:
      return false;
  }
}

function order(sort: string): (one: Profile, other: Profile) => number {
  const sign = sort.startsWith('-') ? -1 : 1;
  const field = sort.replace('-', '');
  const value = (profile: Profile): string | number => {
    if (field === 'id') return profile.id;
    if (field === 'email') return profile.email ?? '';
    if (field === 'created') return profile.created;
    if (field === 'updated') return profile.updated;
    return Math.max(0, ...profile.suppressions.map((each) => each.timestamp));
  };
  return (one, other) => sign * (value(one) < value(other) ? -1 : value(one) > value(other) ? 1 : one.seq - other.seq);
}
