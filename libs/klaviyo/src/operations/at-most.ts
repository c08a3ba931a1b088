/** A batch larger than the vendor takes is a mistake of the caller, who packs. */
export function atMost(most: number, rows: readonly unknown[]): void {
  if (rows.length > most) throw new RangeError(`at most ${most} rows a request, not ${rows.length}`);
}
