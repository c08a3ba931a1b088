import { z } from 'zod';

/** Text, or null when absent, empty or of another kind; numbers and booleans are written out. */
export const text = z.transform(textOf);

/** A word of a closed set, in lower case: the vendor writes `Draft` here and `DRAFT` there. */
export const word = z.transform((value) => textOf(value)?.trim().toLowerCase() ?? null);

/** Milliseconds since 1970, or null. */
export const time = z.transform(timeOf);

/** A count, which the vendor writes as a number or in quotes. */
export const count = z.transform((value): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value.replaceAll(',', '')) : value;
  return typeof number === 'number' && Number.isFinite(number) ? Math.trunc(number) : null;
});

export const id = z
  .union([z.string(), z.number()])
  .transform((value) => storable(String(value)).trim())
  .refine((value) => value !== '', 'is empty');

/** The objects of an array that are as expected; an absent or wrong array is empty. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.transform((value): z.output<T>[] => {
    if (!Array.isArray(value)) return [];
    return value.flatMap((entry) => {
      const parsed = item.safeParse(entry);
      return parsed.success ? [parsed.data] : [];
    });
  });
}

/** The object, or null when absent or of another kind. */
export function maybe<T extends z.ZodType>(item: T) {
  return z.transform((value): z.output<T> | null => {
    const parsed = item.safeParse(value);
    return parsed.success ? parsed.data : null;
  });
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : storable(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** Free text may hold what neither JSON columns nor UTF-8 can: zero characters, halves of surrogate pairs. */
function storable(value: string): string {
  return value.replaceAll('\u0000', '').toWellFormed();
}

const dateOnly = /^(\d{4})-(\d{2})-(\d{2})$/;
const withoutZone = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;

/** `2024-05-06T07:08:09Z`, with a numeric offset, with fractions, without zone (then UTC), as a bare date, or as epoch number. */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value < 1e11 ? value * 1000 : value) : null;
  if (typeof value !== 'string') return null;
  const given = value.trim();
  if (given === '') return null;
  const spelled = dateOnly.test(given)
    ? `${given}T00:00:00Z`
    : withoutZone.test(given)
      ? `${given.replace(' ', 'T')}Z`
      : given;
  const ms = Date.parse(spelled);
  return Number.isNaN(ms) ? null : ms;
}
