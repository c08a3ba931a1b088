import { type VendorError } from '../answer/vendor-error.js';

/**
 * What a refusal is about: rows by position, the list, or nothing that it names.
 */
export type Blame =
  | { readonly about: 'rows'; readonly rows: ReadonlyMap<number, VendorError> }
  | { readonly about: 'list' }
  | { readonly about: 'nothing' };

/** The positions of the rows that an error names; empty when it names none. */
export type RowsNamed = (error: VendorError) => readonly number[];

/**
 * One bad address refuses a whole request, and the pointers say which. A pointer that leads to the list means that the list
 * is gone; one that leads anywhere else can be about the request as well as about a row that it fails to name.
 */
export function blame(errors: readonly VendorError[], rowsNamed: RowsNamed): Blame {
  if (errors.some(({ pointer }) => pointer !== null && /^\/data\/relationships\/lists?(\/|$)/.test(pointer))) {
    return { about: 'list' };
  }
  const rows = new Map<number, VendorError>();
  for (const error of errors) {
    for (const row of rowsNamed(error)) if (!rows.has(row)) rows.set(row, error);
  }
  return rows.size > 0 ? { about: 'rows', rows } : { about: 'nothing' };
}

/** For requests whose rows are `<prefix>/<index>/...`. */
export function rowsUnder(prefix: string, count: number): RowsNamed {
  return ({ pointer }) => {
    const index = indexUnder(prefix, pointer);
    return index !== null && index < count ? [index] : [];
  };
}

export function indexUnder(prefix: string, pointer: string | null): number | null {
  if (!pointer?.startsWith(`${prefix}/`)) return null;
  const index = /^(\d+)(?:\/|$)/.exec(pointer.slice(prefix.length + 1))?.[1];
  return index === undefined ? null : Number(index);
}
