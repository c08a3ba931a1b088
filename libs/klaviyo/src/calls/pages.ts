import { jsonOf } from '@portage/http';
import { z } from 'zod';
import { type Call } from './call.js';
import { type Caller } from './caller.js';
import { unreadable } from './unreadable.js';

const linked = z.object({ data: z.array(z.unknown()), links: z.object({ next: z.string().nullish() }).nullish() });

/**
 * Every page of a collection, one at a time. Only the cursor of `links.next` is taken, so that an answer cannot send the
 * credential to another host.
 */
async function* pages<T>(caller: Caller, call: Call, row: z.ZodType<T>): AsyncGenerator<T[]> {
  let cursor: string | undefined;
  do {
    const query = { ...call.query, ...(cursor === undefined ? {} : { 'page[cursor]': cursor }) };
    const response = await caller.send({ ...call, query });
    const body = linked.safeParse(jsonOf(response));
    const rows = z.array(row).safeParse(body.data?.data);
    if (!body.success || !rows.success) throw unreadable(call.endpoint);
    yield rows.data;
    const next = cursorOf(call, body.data.links?.next);
    // A cursor that leads to itself would never end.
    cursor = next === cursor ? undefined : next;
  } while (cursor !== undefined);
}

export async function allPages<T>(caller: Caller, call: Call, row: z.ZodType<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages(caller, call, row)) all.push(...page);
  return all;
}

/** A link without a cursor that can be read must not pass for the last page: whoever is on the rest would seem not to exist. */
function cursorOf(call: Call, link: string | null | undefined): string | undefined {
  if (!link) return undefined;
  const cursor = URL.parse(link, 'https://relative.invalid')?.searchParams.get('page[cursor]');
  if (!cursor) throw unreadable(call.endpoint);
  return cursor;
}
