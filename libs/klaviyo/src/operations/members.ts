import { isPortageError } from '@portage/platform';
import { z } from 'zod';
import { deliver } from '../batch/deliver.js';
import { listGone } from '../batch/list-gone.js';
import { type RowsNamed } from '../batch/blame.js';
import { type BatchResult } from '../batch/result.js';
import { type Caller } from '../calls/caller.js';
import { type CallOptions } from '../calls/options.js';
import { type Reads } from '../calls/published.js';
import { allPages } from '../calls/pages.js';
import { type Answers, type Requests } from '../generated/contract.js';
import { maxima } from '../maxima.js';
import { atMost } from './at-most.js';

type Direction = 'POST' | 'DELETE';

/**
 * By profile id only. Neither adding nor removing changes anyone's consent.
 *
 * @throws PortageError `klaviyo.list_gone` (skip)
 */
export function addToList(caller: Caller, listId: string, profileIds: readonly string[], options: CallOptions = {}) {
  return change(caller, 'POST', listId, profileIds, options);
}

/** @throws PortageError `klaviyo.list_gone` (skip) */
export function removeFromList(
  caller: Caller,
  listId: string,
  profileIds: readonly string[],
  options: CallOptions = {},
) {
  return change(caller, 'DELETE', listId, profileIds, options);
}

/**
 * Profile ids of everyone on a list.
 *
 * @throws PortageError `klaviyo.not_found` (skip)
 */
export async function listMembers(caller: Caller, listId: string, options: CallOptions = {}): Promise<string[]> {
  const endpoint = 'GET /api/lists/{id}/relationships/profiles' as const;
  const query = { 'page[size]': '100' };
  const members = await allPages(caller, { endpoint, id: listId, query, repeat: 'safe', ...options }, member);
  return members.map(({ id }) => id);
}

const member = z.object({ id: z.string() });

async function change(
  caller: Caller,
  direction: Direction,
  listId: string,
  profileIds: readonly string[],
  options: CallOptions,
): Promise<BatchResult<null>> {
  atMost(maxima.members, profileIds);
  const endpoint = `${direction} /api/lists/{id}/relationships/profiles` as const;
  return deliver({
    rows: profileIds,
    send: async (sent) => {
      const body: Requests[typeof endpoint] = { data: sent.map((id) => ({ type: 'profile', id })) };
      try {
        await caller.send({ endpoint, id: listId, body, repeat: 'safe', ...options });
      } catch (error) {
        throw isPortageError(error) && error.code === 'klaviyo.not_found' ? listGone(error) : error;
      }
      return null;
    },
    rowsNamed: unknownIds,
  });
}

/** One unknown id fails the request, and only the words name it: `Invalid profile IDs: ...`, with a pointer at `/data/`. */
function unknownIds(sent: readonly string[]): RowsNamed {
  return ({ detail }) => {
    const words = new Set(detail.split(/[^\w-]+/));
    return [...sent.keys()].filter((position) => words.has(sent[position] ?? ''));
  };
}

type _Member = Reads<typeof member, Answers['GET /api/lists/{id}/relationships/profiles']['data'][number]>;
