import { createHash } from 'node:crypto';
import { type Stream, type Values } from './record.js';

/**
 * Says whether two records mean the same: 32 hexadecimal digits over everything but `meta`. Absent and empty values
 * do not count, so that a field added to a schema changes no hash before it is used. The order of array items counts:
 * whoever makes a record sorts what has no order of its own (tags, list ids).
 */
export function contentHash(record: Values[Stream]): string {
  const { meta: _meta, ...content } = record;
  return createHash('sha256')
    .update(JSON.stringify(canonical(content)))
    .digest('hex')
    .slice(0, 32);
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const present = Object.entries(value).filter(([, field]) => !isEmpty(field));
  present.sort(([a], [b]) => (a < b ? -1 : 1));
  return present.map(([name, field]) => [name, canonical(field)]);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
