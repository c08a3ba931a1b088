import { type SimAnswer } from '../../http/index.js';
import { type Call, type Endpoint, pageSize } from '../call.js';
import { contract } from '../generated/contract.js';
import { invalid } from '../jsonapi/errors.js';
import { compareTo, type Condition, parseFilter } from '../jsonapi/filter.js';
import { pageAnswer, slicePage } from '../jsonapi/paging.js';
import { profileResource } from '../resources/profile.js';
import { type Profile } from '../state/profile.js';
import { listOf } from './lists.js';

export const listMemberEndpoints: Endpoint[] = [
  {
    endpoint: 'GET /api/lists/{id}/profiles',
    handle: (call) =>
      readMembers(call, ({ profile, joined }) => {
        const resource = profileResource(call, profile);
        (resource['attributes'] as Record<string, unknown>)['joined_group_at'] = new Date(joined).toISOString();
        return resource;
      }),
  },
  {
    endpoint: 'GET /api/lists/{id}/relationships/profiles',
    handle: (call) => readMembers(call, ({ profile }) => ({ type: 'profile', id: profile.id })),
  },
  {
    endpoint: 'POST /api/lists/{id}/relationships/profiles',
    handle: (call) => {
      const list = listOf(call);
      for (const profile of named(call)) call.account.join(list, profile);
      return { status: 204 };
    },
  },
  {
    endpoint: 'DELETE /api/lists/{id}/relationships/profiles',
    handle: (call) => {
      const list = listOf(call);
      for (const profile of named(call)) call.account.leave(list, profile);
      return { status: 204 };
    },
  },
];

interface Member {
  profile: Profile;
  joined: number;
}

function readMembers(call: Call, resource: (member: Member) => unknown): SimAnswer {
  const list = listOf(call);
  const filter = call.query.get('filter');
  const rules = contract['GET /api/lists/{id}/profiles']?.filters ?? {};
  const conditions = filter === null ? [] : parseFilter(filter, rules);
  const members: Member[] = [];
  for (const [id, joined] of list.members) {
    const profile = call.account.profiles.withId(id);
    if (profile !== undefined && conditions.every((each) => fits(profile, joined, each)))
      members.push({ profile, joined });
  }
  if (call.query.get('sort') === '-joined_group_at') members.reverse();
  const page = slicePage(call, members, pageSize(call, 20));
  return pageAnswer(call, { ...page, items: page.items.map(resource) });
}

function fits(profile: Profile, joined: number, condition: Condition): boolean {
  switch (condition.field) {
    case 'email':
      return condition.values.some((value) => value.toLowerCase() === profile.email);
    case 'phone_number':
      return condition.values.includes(profile.phone ?? '');
    case 'joined_group_at':
      return compareTo(condition, joined);
    default:
      return false;
  }
}

/** All the profiles of the body; one unknown id fails the request. */
function named(call: Call): Profile[] {
  const ids = (call.body as { data: { id: string }[] }).data.map((each) => each.id);
  if (ids.length === 0) throw invalid('At least one profile is required.', '/data/');
  if (ids.length > 1000) throw invalid('At most 1000 profiles are accepted.', '/data/');
  const unknown = ids.filter((id) => call.account.profiles.withId(id) === undefined);
  if (unknown.length > 0) throw invalid(`Invalid profile IDs: ${unknown.join(', ')}`, '/data/');
  call.rows.push(...ids);
  return ids.flatMap((id) => call.account.profiles.withId(id) ?? []);
}
