/** Milliseconds, or null for what is no time. The vendor writes seconds in one answer and microseconds in the next. */
export function moment(text: string | null | undefined): number | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at;
}
