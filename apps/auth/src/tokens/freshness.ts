/** Below this many seconds a token is not handed out: it would run out on its way. */
const tooShortSeconds = 30;
/** Below this share of its life a token is renewed. */
const agingShare = 0.1;

export interface TokenAge {
  readonly generation: number;
  readonly remainingSeconds: number;
  readonly lifeSeconds: number;
}

/**
 * - `fresh`: hand it out.
 * - `aging`: renew it, but it may still be handed out when that does not work.
 * - `unusable`: run out, or the vendor refused just this one.
 */
export function freshnessOf(token: TokenAge, rejectedGeneration?: number): 'fresh' | 'aging' | 'unusable' {
  if (token.generation === rejectedGeneration) return 'unusable';
  if (token.remainingSeconds <= Math.min(tooShortSeconds, token.lifeSeconds * agingShare)) return 'unusable';
  return token.remainingSeconds < token.lifeSeconds * agingShare ? 'aging' : 'fresh';
}

/** Seconds to wait after the n-th failed exchange (n from 0): doubling to a minute, with jitter so that replicas do not march in step. */
export function backoffSeconds(failures: number, random = Math.random()): number {
  return Math.min(60, 2 ** Math.min(failures, 6)) * (0.5 + random / 2);
}
