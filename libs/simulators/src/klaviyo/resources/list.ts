import { type Call } from '../call.js';
import { toSeconds } from '../jsonapi/times.js';
import { type List } from '../state/list.js';
import { asks, relation, sparse } from './sparse.js';

export function listResource(call: Call, list: List): Record<string, unknown> {
  const self = `/api/lists/${list.id}`;
  const attributes: Record<string, unknown> = {
    name: list.name,
    created: toSeconds(list.created),
    updated: toSeconds(list.updated),
    opt_in_process: list.optIn,
  };
  if (asks(call.query, 'additional-fields[list]', 'profile_count')) attributes['profile_count'] = list.members.size;
  return {
    type: 'list',
    id: list.id,
    attributes: sparse(attributes, call.query, 'list'),
    relationships: {
      profiles: relation(call.base, self, 'profiles'),
      tags: relation(call.base, self, 'tags'),
      'flow-triggers': relation(call.base, self, 'flow-triggers'),
    },
    links: { self: call.base + self },
  };
}
