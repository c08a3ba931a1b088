import { keyOf, parseKey, type Stream } from '@portage/records';
import { type Readable } from './selector.js';

/** Two connections of a replay: whose records are read, and whose Klaviyo account they are loaded into. */
export interface Route {
  readonly source: string;
  readonly target: string;
}

/**
 * What records that a replay brings name instead of their connection. Marks are kept under this name: as of which pass the
 * records are known is one thing for the source's own account and another for an account that a replay has filled.
 */
export function originOf({ source, target }: Route): string {
  return source === target ? source : `${source}>${target}`;
}

/** The connection whose source has spoken: an origin's, or the connection itself. */
export function sourceOf(origin: string): string {
  return origin.split('>')[0] ?? origin;
}

/** The key under which a record of the source is known in the target. */
export function keyAt(key: string, { target }: Route): string {
  const parts = parseKey(key);
  return parts === null ? key : keyOf(target, parts.sourceId);
}

/** The record as one of the target's connection: same content, version and place, so that it meets the same rules as all others. */
export function readdressed<S extends Stream>(record: Readable<S>, route: Route): Readable<S> {
  if (route.source === route.target) return record;
  const { value } = record;
  return {
    ...record,
    key: keyAt(record.key, route),
    value: { ...value, meta: { ...value.meta, connectionId: originOf(route) } },
  };
}
