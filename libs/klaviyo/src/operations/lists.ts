import { z } from 'zod';
import { isRefusal } from '../answer/refusal.js';
import { type Caller } from '../calls/caller.js';
import { type CallOptions } from '../calls/options.js';
import { type Reads } from '../calls/published.js';
import { allPages } from '../calls/pages.js';
import { readAs } from '../calls/unreadable.js';
import { anyOf, canBeAsked, filterChunks } from '../filter.js';
import { type Answers, type Requests } from '../generated/contract.js';
import { moment } from './moment.js';
import { orNull } from './or-null.js';

export interface KlaviyoList {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
}

/**
 * All lists with one of these names, newest first. Names are not unique: every list of a name is there. Where a name cannot be
 * asked for, or the question is refused, every list of the account is read and compared here.
 */
export async function findLists(
  caller: Caller,
  names: readonly string[],
  options: CallOptions = {},
): Promise<KlaviyoList[]> {
  const wanted = new Set(names);
  if (![...wanted].every(canBeAsked)) return named(wanted, await readLists(caller, {}, options));
  const found: KlaviyoList[] = [];
  for (const chunk of filterChunks([...wanted], 50)) {
    try {
      found.push(...(await readLists(caller, { filter: anyOf('name', chunk) }, options)));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return named(wanted, await readLists(caller, {}, options));
    }
  }
  return found;
}

function named(names: ReadonlySet<string>, lists: readonly KlaviyoList[]): KlaviyoList[] {
  return lists.filter(({ name }) => names.has(name));
}

async function readLists(
  caller: Caller,
  filter: Readonly<Record<string, string>>,
  options: CallOptions,
): Promise<KlaviyoList[]> {
  const query = { ...filter, 'page[size]': '10', sort: '-created' };
  const lists = await allPages(caller, { endpoint: 'GET /api/lists', query, repeat: 'safe', ...options }, list);
  return lists.map((each) => listOf(each));
}

/** Null when it is gone. Some endpoints answer 400 where others say that there is nothing of the kind. */
export async function getList(caller: Caller, id: string, options: CallOptions = {}): Promise<KlaviyoList | null> {
  const endpoint = 'GET /api/lists/{id}' as const;
  const response = await orNull(
    caller.send({ endpoint, id, repeat: 'safe', ...options }).catch((error: unknown) => {
      if (isRefusal(error)) return null;
      throw error;
    }),
  );
  return response && listOf(readAs(endpoint, response, single).data);
}

/**
 * Sent once: repeating it makes a second list of the same name. 150 a day and account.
 *
 * @throws PortageError with `details.sent` true when the list may exist: look with `findLists` before creating again
 */
export async function createList(caller: Caller, name: string, options: CallOptions = {}): Promise<KlaviyoList> {
  const endpoint = 'POST /api/lists' as const;
  const body: Requests[typeof endpoint] = { data: { type: 'list', attributes: { name } } };
  const response = await caller.send({ endpoint, body, repeat: 'once', ...options });
  return listOf(readAs(endpoint, response, single).data);
}

/** Null when it is gone. */
export async function renameList(
  caller: Caller,
  id: string,
  name: string,
  options: CallOptions = {},
): Promise<KlaviyoList | null> {
  const endpoint = 'PATCH /api/lists/{id}' as const;
  const body: Requests[typeof endpoint] = { data: { type: 'list', id, attributes: { name } } };
  const response = await orNull(caller.send({ endpoint, id, body, repeat: 'safe', ...options }));
  return response && listOf(readAs(endpoint, response, single).data);
}

const list = z.object({
  id: z.string().min(1),
  attributes: z.object({ name: z.string().nullish(), created: z.string().nullish(), updated: z.string().nullish() }),
});
const single = z.object({ data: list });

function listOf({ id, attributes }: z.infer<typeof list>): KlaviyoList {
  return {
    id,
    name: attributes.name ?? '',
    createdAt: moment(attributes.created),
    updatedAt: moment(attributes.updated),
  };
}

type _Found = Reads<typeof list, Answers['GET /api/lists']['data'][number]>;
type _Got = Reads<typeof single, Answers['GET /api/lists/{id}']>;
type _Created = Reads<typeof single, Answers['POST /api/lists']>;
type _Renamed = Reads<typeof single, Answers['PATCH /api/lists/{id}']>;
