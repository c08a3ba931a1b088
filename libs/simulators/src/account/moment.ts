/** The vendor keeps whole seconds. */
export function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

/** An opt-in in that second: some of the vendor's opt-in dates have a fraction, though its reports do not. */
export function optInIn(second: number): number {
  return (second / 1000) % 3 === 0 ? second + 108 : second;
}

export function secondOf(time: number): number {
  return Math.floor(time / 1000);
}
