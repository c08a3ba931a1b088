import { type VendorError } from './vendor-error.js';

/**
 * How long a 429 asks to wait. `Retry-After` is whole seconds, as HTTP has it also a date, and gateways send fractions;
 * without it the detail says "Expected available in 3 seconds.";
 * without either, a second: the shortest window.
 */
export function retryAfterMs(
  header: string | undefined,
  errors: readonly VendorError[] | null,
  now = Date.now(),
): number {
  const asked = secondsOf(header?.trim() ?? '', now);
  if (asked !== null) return Math.ceil(Math.max(1, asked) * 1000);
  for (const { detail } of errors ?? []) {
    const seconds = /available in (\d+) second/.exec(detail)?.[1];
    if (seconds !== undefined) return Math.max(1, Number(seconds)) * 1000;
  }
  return 1000;
}

function secondsOf(header: string, now: number): number | null {
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header);
  // A date has letters in it; what else could be taken for one has none.
  const at = /[a-z]/i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : (at - now) / 1000;
}
