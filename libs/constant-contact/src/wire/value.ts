import { z } from 'zod';

/** Text, or null when absent, empty or of another kind; numbers and booleans are written out. */
export const text = z.transform(textOf);

/** A word of a closed set, in lower case: the vendor writes `Draft` here and `DRAFT` there. */
export const word = z.transform(wordOf);

/** Milliseconds since 1970, or null. */
export const time = z.transform(timeOf);

/** A count, which the vendor writes as a number or in quotes. */
export const count = z.transform(wholeOf);

export const id = z.transform((value, context): string => {
  const given = idOf(value);
  if (given !== null) return given;
  context.issues.push({ code: 'custom', message: 'is no id', input: value });
  return z.NEVER;
});

/** The object, or null when absent or of another kind. */
export function maybe<T extends z.ZodType>(item: T) {
  return z.transform((value): z.output<T> | null => {
    const parsed = item.safeParse(value);
    return parsed.success ? parsed.data : null;
  });
}

export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return somethingVisible.test(value) ? storable(value) : null;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

export function wordOf(value: unknown): string | null {
  return textOf(value)?.trim().toLowerCase() ?? null;
}

export function wholeOf(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value.replaceAll(',', '')) : value;
  return typeof number === 'number' && Number.isFinite(number) ? Math.trunc(number) : null;
}

/** Text or a number, and never empty; null is no id. */
export function idOf(value: unknown): string | null {
  if (typeof value !== 'string' && !(typeof value === 'number' && Number.isFinite(value))) return null;
  return storable(String(value)).trim() || null;
}

const somethingVisible = /\S/;
const unstorable = /[\0\ud800-\udfff]/;

/** Free text may hold what neither JSON columns nor UTF-8 can: zero characters, halves of surrogate pairs. */
function storable(value: string): string {
  return unstorable.test(value) ? value.replaceAll('\0', '').toWellFormed() : value;
}

const dateOnly = /^(\d{4})-(\d{2})-(\d{2})$/;
const withoutZone = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;

/** `2024-05-06T07:08:09Z`, with a numeric offset, with fractions, without zone (then UTC), as a bare date, or as epoch number. */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value < 1e11 ? value * 1000 : value) : null;
  if (typeof value !== 'string') return null;
  const given = value.trim();
  if (given === '') return null;
  const ms = Date.parse(given.endsWith('Z') ? given : withZone(given));
  return Number.isNaN(ms) ? null : ms;
}

function withZone(given: string): string {
  if (dateOnly.test(given)) return `${given}T00:00:00Z`;
  return withoutZone.test(given) ? `${given.replace(' ', 'T')}Z` : given;
}
