import { type SimRequest } from '../http/index.js';
import { validation } from './errors.js';

/** The query that counts: what the cursor carries, or what the caller asked. */
export function effectiveQuery(request: SimRequest, parameter = 'cursor'): URLSearchParams {
  const cursor = request.query.get(parameter);
  if (cursor === null) return request.query;
  const decoded = Buffer.from(cursor, 'base64').toString('utf8');
  const query = new URLSearchParams(decoded);
  if (!query.has('limit') || !query.has('next')) throw validation('cursor is not valid.');
  return query;
}

/** Where the page starts: what `next` of a cursor says, or the beginning. */
export function nextOf(query: URLSearchParams): string | undefined {
  return query.get('next') ?? undefined;
}

/** Link to the rest of a walk: nothing but a cursor, which holds the limit, the place and the original filters. */
export function nextLink(
  request: SimRequest,
  query: URLSearchParams,
  place: { limit: number; next: string | number; parameter?: string },
): { _links: { next: { href: string } } } {
  const carried = new URLSearchParams({ limit: String(place.limit), next: String(place.next) });
  for (const [name, value] of query) if (name !== 'limit' && name !== 'next') carried.append(name, value);
  const cursor = Buffer.from(carried.toString()).toString('base64');
  const parameter = place.parameter ?? 'cursor';
  // Relative to the host, and already with /v3.
  return { _links: { next: { href: `${request.path}?${parameter}=${encodeURIComponent(cursor)}` } } };
}

/** The three ways in which a last page says so; which one depends on nothing a caller could rely on. */
export class LastPages {
  private turn: number;

  constructor(seed: number) {
    this.turn = seed % 3;
  }

  /** `linksRequired`: the description demands `_links` there. */
  links(linksRequired = false): Record<string, unknown> {
    this.turn = (this.turn + 1) % 3;
    if (this.turn === 0 && !linksRequired) return {};
    return this.turn === 1 ? { _links: {} } : { _links: { next: { href: null } } };
  }
}
