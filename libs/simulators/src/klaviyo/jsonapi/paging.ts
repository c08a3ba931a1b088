import { type SimAnswer } from '../../http/index.js';
import { type Call } from '../call.js';
import { invalidParameter } from './errors.js';

export interface Page<T> {
  items: T[];
  /** Where the next page starts; undefined on the last. */
  next?: string;
}

/** The cursor of this request; undefined on the first page. */
export function cursorOf(call: Call): string | undefined {
  const text = call.query.get('page[cursor]');
  if (text === null || text === '') return undefined;
  const decoded = Buffer.from(text, 'base64url').toString();
  if (!decoded.startsWith('next:') && !decoded.startsWith('prev:'))
    throw invalidParameter('Invalid cursor provided.', 'page[cursor]');
  return decoded.slice(decoded.indexOf(':') + 1);
}

/** A page of a sequence that stands still or only grows at its end. */
export function slicePage<T>(call: Call, all: readonly T[], size: number): Page<T> {
  const start = Number(cursorOf(call) ?? 0);
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('Invalid cursor provided.', 'page[cursor]');
  const end = start + size;
  return { items: all.slice(start, end), ...(end < all.length ? { next: String(end) } : {}) };
}

/** `links.prev` is set on a first page too, as it is by the vendor; it leads to the page itself. */
export function pageAnswer(call: Call, page: Page<unknown>, more: Record<string, unknown> = {}): SimAnswer {
  return {
    status: 200,
    json: {
      data: page.items,
      links: {
        self: call.base + call.request.url,
        next: page.next === undefined ? null : linkTo(call, `next:${page.next}`),
        prev: linkTo(call, `prev:${cursorOf(call) ?? (0).toString()}`),
      },
      ...more,
    },
  };
}

function linkTo(call: Call, cursor: string): string {
  const query = new URLSearchParams(call.request.query);
  query.set('page[cursor]', Buffer.from(cursor).toString('base64url'));
  return `${call.base}${call.request.path}?${query.toString()}`;
}
