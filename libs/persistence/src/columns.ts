/**
 * Turns rows into one array per column, for `INSERT ... SELECT * FROM unnest($1::text[], $2::bigint[] ...)`:
 * one statement and a handful of parameters however many rows there are.
 */
export function columns<T, Names extends readonly (keyof T)[]>(
  rows: readonly T[],
  names: Names,
): { [I in keyof Names]: T[Names[I] & keyof T][] } {
  return names.map((name) => rows.map((row) => row[name])) as { [I in keyof Names]: T[Names[I] & keyof T][] };
}
