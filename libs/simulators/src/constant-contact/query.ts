import { type Refusal } from '../http/index.js';
import { validation } from './errors.js';

type Complaint = (message: string) => Refusal;

/** `limit` of a page; outside 1 to `maximum` the vendor answers 400. */
export function limitOf(
  query: URLSearchParams,
  bounds: { fallback: number; maximum: number },
  complain: Complaint = validation,
): number {
  const given = query.get('limit');
  if (given === null) return bounds.fallback;
  const limit = /^\d+$/.test(given) ? Number(given) : 0;
  if (limit < 1 || limit > bounds.maximum) throw complain(`limit must be between 1 and ${bounds.maximum}.`);
  return limit;
}

/** Comma-separated values; `allowed` names the only ones. */
export function listOf(query: URLSearchParams, name: string, allowed?: readonly string[]): string[] | undefined {
  const given = query.get(name);
  if (given === null || given === '') return undefined;
  const values = given.split(',').map((value) => value.trim());
  const odd = allowed && values.find((value) => !allowed.includes(value));
  if (odd !== undefined) throw validation(`${odd} is not a valid value of ${name}.`);
  return values;
}

/** Milliseconds since 1970. A `+` that was not percent-encoded arrives as a space and makes the date invalid, as it does live. */
export function dateOf(query: URLSearchParams, name: string, complain: Complaint = validation): number | undefined {
  const given = query.get(name);
  if (given === null) return undefined;
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(given)
    ? Date.parse(given)
    : NaN;
  if (Number.isNaN(time)) throw complain(`${name} must be an ISO-8601 date.`);
  return time;
}

export function flagOf(query: URLSearchParams, name: string): boolean {
  return query.get(name) === 'true';
}
