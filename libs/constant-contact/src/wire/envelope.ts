import { type z } from 'zod';
import { unreadableAnswer } from '../classification.js';
import { count } from './value.js';

/** A row as it came, parsed, or what is wrong with it in words that quote nothing. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | Odd;

export interface Odd {
  readonly ok: false;
  readonly code: string;
  readonly reason: string;
  /** The row as it came, for the dead letter. */
  readonly raw: unknown;
}

/**
 * The rows of a page, one answer each.
 *
 * @throws PortageError `constant_contact.unreadable` (retry) when the envelope holds no such array
 */
export function rowsOf<T extends z.ZodType>(body: unknown, name: string, row: T): Parsed<z.output<T>>[] {
  const rows: unknown = (body as Record<string, unknown> | null)?.[name];
  if (rows === null || (rows === undefined && !Array.isArray(body))) return emptyUnless(body, name);
  if (!Array.isArray(rows)) throw unreadableAnswer(name);
  return rows.map((raw) => parseRow(raw, name, row));
}

export function parseRow<T extends z.ZodType>(raw: unknown, name: string, row: T): Parsed<z.output<T>> {
  const parsed = row.safeParse(raw);
  if (parsed.success) return { ok: true, value: parsed.data };
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the row'))];
  return { ok: false, code: `constant_contact.odd_row`, reason: `In ${name}, not usable: ${fields.join(', ')}.`, raw };
}

export function countOf(body: unknown, name: string): number | null {
  return count.parse((body as Record<string, unknown> | null)?.[name]);
}

/** An envelope that is an object without the array has no rows; an error body in disguise is no envelope. */
function emptyUnless(body: unknown, name: string): never[] {
  if (typeof body !== 'object' || body === null || 'error_key' in body) throw unreadableAnswer(name);
  return [];
}
