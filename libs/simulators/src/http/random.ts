// Taken once: inside a test's own realm every look at a global costs more than the rest of `next`.
const { floor, imul } = Math;

/** Numbers that look random and repeat for the same seed. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed ^ 0x9e3779b9;
  }

  /** At least 0, below 1. */
  next(): number {
    // Kept as a signed 32-bit number, which the engine does not box.
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = this.state;
    mixed = imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** Whole number, both ends included. */
  integer(low: number, high: number): number {
    return floor(this.between(low, high + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    const index = floor(this.next() * from.length);
    return from[index] as T;
  }

  text(length: number, alphabet: string): string {
    let text = '';
    for (let at = 0; at < length; at++) text += alphabet[floor(this.next() * alphabet.length)];
    return text;
  }
}
