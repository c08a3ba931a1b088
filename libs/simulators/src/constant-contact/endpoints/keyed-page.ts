import { validation } from '../errors.js';
import { effectiveQuery, nextLink, nextOf } from '../paging.js';
import { limitOf } from '../query.js';
import { type Call } from '../vendor.js';

interface Collection<T> {
  readonly idOf: (item: T) => string;
  readonly fallback: number;
  readonly maximum: number;
}

/** A page whose cursor names the first item of the next one. */
export function keyedPage<T>(
  call: Call,
  items: (query: URLSearchParams) => readonly T[],
  { idOf, fallback, maximum }: Collection<T>,
): { shown: readonly T[]; all: readonly T[]; query: URLSearchParams; links: Record<string, unknown> } {
  const query = effectiveQuery(call.request);
  const limit = limitOf(query, { fallback, maximum });
  const all = items(query);
  const next = nextOf(query);
  const start = next === undefined ? 0 : all.findIndex((item) => idOf(item) === next);
  if (start < 0) throw validation('cursor is not valid.');
  const following = all[start + limit];
  return {
    shown: all.slice(start, start + limit),
    all,
    query,
    links:
      following === undefined
        ? call.vendor.lastPages.links()
        : nextLink(call.request, query, { limit, next: idOf(following) }),
  };
}
