/**
 * The whole second (ms since 1970) in which a moment of the source lies. The same second is written with fractions in one place
 * and without in another, so dates of two places are compared by it: which of two in one second came first cannot be told.
 */
export function secondOf(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
