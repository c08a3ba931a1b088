const offsetTime = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/;

/** Milliseconds since 1970; undefined unless it is a real date and time with an offset. */
export function parseOffsetTime(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const parts = offsetTime.exec(text);
  if (parts === null) return undefined;
  const day = Number(parts[3]);
  const lastDay = new Date(Date.UTC(Number(parts[1]), Number(parts[2]), 0)).getUTCDate();
  if (day < 1 || day > lastDay) return undefined;
  const time = Date.parse(text.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(time) ? undefined : time;
}

/** Such as `2026-07-15T08:00:00+00:00`. */
export function toSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}+00:00`;
}

/** Such as `2026-07-15T08:00:00.123000+00:00`. */
export function toMicroseconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 23)}000+00:00`;
}
