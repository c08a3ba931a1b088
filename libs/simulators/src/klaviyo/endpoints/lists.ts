import { type Call, type Endpoint, pageSize } from '../call.js';
import { contract } from '../generated/contract.js';
import { invalid, refuse } from '../jsonapi/errors.js';
import { compareTo, type Condition, parseFilter } from '../jsonapi/filter.js';
import { pageAnswer, slicePage } from '../jsonapi/paging.js';
import { type List } from '../state/list.js';
import { listResource } from '../resources/list.js';

export const listEndpoints: Endpoint[] = [
  { endpoint: 'GET /api/lists', handle: readLists },
  { endpoint: 'POST /api/lists', handle: createList },
  {
    endpoint: 'GET /api/lists/{id}',
    limits: (query) =>
      query.has('additional-fields[list]') ? { variant: 'with profile_count', burst: 1, steady: 15 } : undefined,
    handle: (call) => one(call, listOf(call)),
  },
  { endpoint: 'PATCH /api/lists/{id}', handle: changeList },
  {
    endpoint: 'DELETE /api/lists/{id}',
    handle: (call) => {
      const list = listOf(call);
      call.rows.push(list.name);
      call.account.deleteList(list);
      return { status: 204 };
    },
  },
];

/** The list that the path names; throws the 404. */
export function listOf(call: Call): List {
  const id = call.request.params['id'] ?? '';
  const list = call.account.lists.get(id);
  if (list === undefined) throw refuse(404, 'not_found', `A list with id ${id} does not exist.`);
  call.list = list.id;
  return list;
}

function readLists(call: Call): ReturnType<Endpoint['handle']> {
  const filter = call.query.get('filter');
  const conditions = filter === null ? [] : parseFilter(filter, contract['GET /api/lists']?.filters ?? {});
  const found = [...call.account.lists.values()].filter((list) => conditions.every((each) => fits(list, each)));
  const page = slicePage(call, found.sort(order(call.query.get('sort') ?? 'id')), pageSize(call, 10));
  return pageAnswer(call, { ...page, items: page.items.map((list) => listResource(call, list)) });
}

function fits(list: List, condition: Condition): boolean {
  switch (condition.field) {
    case 'name':
      return condition.values.includes(list.name);
    case 'id':
      return condition.values.includes(list.id);
    case 'created':
      return compareTo(condition, list.created);
    default:
      return compareTo(condition, list.updated);
  }
}

/** Without `sort` by id, which has nothing to do with age. */
function order(sort: string): (one: List, other: List) => number {
  const sign = sort.startsWith('-') ? -1 : 1;
  const field = sort.replace('-', '') as 'id' | 'name' | 'created' | 'updated';
  return (one, other) =>
    sign * (one[field] < other[field] ? -1 : one[field] > other[field] ? 1 : one.id < other.id ? -1 : 1);
}

interface ListBody {
  data: { id?: string; attributes: { name?: string | null; opt_in_process?: List['optIn'] | null } };
}

/** The same name again makes another list. */
function createList(call: Call): ReturnType<Endpoint['handle']> {
  const { name, opt_in_process: optIn } = (call.body as ListBody).data.attributes;
  if (typeof name !== 'string' || name.trim() === '') {
    throw invalid('A list needs a name.', '/data/attributes/name');
  }
  if (name.length > 255) throw invalid('The name is too long.', '/data/attributes/name');
  const list = call.account.createList(name, optIn ?? 'double_opt_in');
  call.rows.push(name);
  call.list = list.id;
  return { ...one(call, list), status: 201 };
}

function changeList(call: Call): ReturnType<Endpoint['handle']> {
  const list = listOf(call);
  const { data } = call.body as ListBody;
  if (data.id !== list.id) throw invalid('The id in the body must be that of the path.', '/data/id');
  if (typeof data.attributes.name === 'string') {
    if (data.attributes.name.trim() === '') throw invalid('A list needs a name.', '/data/attributes/name');
    list.name = data.attributes.name;
  }
  list.optIn = data.attributes.opt_in_process ?? list.optIn;
  list.updated = call.account.now();
  call.account.savedList(list);
  call.rows.push(list.name);
  return one(call, list);
}

function one(call: Call, list: List): ReturnType<Endpoint['handle']> {
  return {
    status: 200,
    json: { data: listResource(call, list), links: { self: `${call.base}/api/lists/${list.id}` } },
  };
}
