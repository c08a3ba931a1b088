/** The vendor keeps whole seconds. */
export function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

export function secondOf(time: number): number {
  return Math.floor(time / 1000);
}
