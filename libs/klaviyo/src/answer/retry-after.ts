import { type VendorError } from './vendor-error.js';

/**
 * How long a 429 asks to wait. `Retry-After` is whole seconds; without it the detail says "Expected available in 3 seconds.";
 * without either, a second: the shortest window.
 */
export function retryAfterMs(header: string | undefined, errors: readonly VendorError[] | null): number {
  if (header !== undefined && /^\s*\d+\s*$/.test(header)) return Math.max(1, Number(header)) * 1000;
  for (const { detail } of errors ?? []) {
    const seconds = /available in (\d+) second/.exec(detail)?.[1];
    if (seconds !== undefined) return Math.max(1, Number(seconds)) * 1000;
  }
  return 1000;
}
