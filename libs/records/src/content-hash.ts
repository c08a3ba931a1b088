import { hash } from 'node:crypto';
import { type Stream, type Values } from './record.js';

/**
 * Says whether two records mean the same: 32 hexadecimal digits over everything but `meta`. Absent and empty values
 * do not count, so that a field added to a schema changes no hash before it is used. The order of array items counts:
 * whoever makes a record sorts what has no order of its own (tags, list ids).
 */
export function contentHash(record: Values[Stream]): string {
  const names = sortedNames(record).filter((name) => name !== 'meta');
  return hash('sha256', JSON.stringify(presentFields(record, names)), 'hex').slice(0, 32);
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return presentFields(value, sortedNames(value));
}

function presentFields(value: object, names: readonly string[]): [string, unknown][] {
  const present: [string, unknown][] = [];
  for (const name of names) {
    const field = (value as Readonly<Record<string, unknown>>)[name];
    if (!isEmpty(field)) present.push([name, typeof field === 'object' ? canonical(field) : field]);
  }
  return present;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

interface Names {
  readonly given: readonly string[];
  readonly sorted: readonly string[];
}

/** Records of one kind come with the same names in the same order, hundred thousands of them: each order is sorted once. */
const orders = new Map<string | undefined, Names>();

function sortedNames(value: object): readonly string[] {
  const given = Object.keys(value);
  const known = orders.get(given[0]);
  if (known?.given.length === given.length && known.given.every((name, at) => name === given[at])) return known.sorted;
  const sorted = given.toSorted();
  orders.set(given[0], { given, sorted });
  return sorted;
}
