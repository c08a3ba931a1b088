/**
 * A moment as the vendor writes it: mostly UTC, for some rows (`odd`) the same moment with an offset; with a fraction where the
 * moment has one.
 */
export function moment(time: number, odd = 0): string {
  const written = (at: number): string => new Date(at).toISOString().slice(0, time % 1000 === 0 ? 19 : 23);
  const utc = written(time);
  if (odd % 7 === 3) return `${written(time - 5 * 3_600_000)}-05:00`;
  return odd % 7 === 5 ? `${utc}+00:00` : `${utc}Z`;
}

/** Rows and campaigns carry milliseconds, always 000. */
export function precise(time: number): string {
  return new Date(time).toISOString();
}

export function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** A small number that goes with an id, so that a record's oddities stay the same from call to call. */
export function oddness(id: string): number {
  return Number.parseInt(id.slice(0, 6), 16) || 0;
}

/** Id of a part of a record, the same on every call. */
export function partId(id: string, part: number): string {
  const head = (Number.parseInt(id.slice(0, 8), 16) ^ Math.imul(part + 1, 0x9e3779b1)) >>> 0;
  return head.toString(16).padStart(8, '0') + id.slice(8);
}
