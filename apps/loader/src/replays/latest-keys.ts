/**
 * The last offset of every key of a topic, and a small number that the caller may keep for a key: some 17 bytes a key, so that a
 * million of them need no more than a few dozen megabytes. Keys are known by 64 bits of their hash.
 */
export class LatestKeys {
  #high = new Int32Array(FIRST);
  #low = new Int32Array(FIRST);
  #offsets = new Float64Array(FIRST).fill(EMPTY);
  #codes = new Uint8Array(FIRST);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  note(key: string, offset: number): void {
    if (this.#size * 5 > this.#offsets.length * 3) this.#grow();
    const [high, low] = hashOf(key);
    const at = this.#find(high, low);
    if (this.#offsets[at] === EMPTY) this.#size += 1;
    this.#high[at] = high;
    this.#low[at] = low;
    this.#offsets[at] = offset;
  }

  has(key: string): boolean {
    return this.#offsets[this.#find(...hashOf(key))] !== EMPTY;
  }

  isLatest(key: string, offset: number): boolean {
    return this.#offsets[this.#find(...hashOf(key))] === offset;
  }

  /** Of a key that was noted. */
  setCode(key: string, code: number): void {
    this.#codes[this.#find(...hashOf(key))] = code;
  }

  /** 0 for a key without one. */
  codeOf(key: string): number {
    return this.#codes[this.#find(...hashOf(key))] ?? 0;
  }

  #find(high: number, low: number): number {
    const mask = this.#offsets.length - 1;
    let at = (low ^ (high >>> 7)) & mask;
    while (this.#offsets[at] !== EMPTY && (this.#high[at] !== high || this.#low[at] !== low)) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const [highs, lows, offsets, codes] = [this.#high, this.#low, this.#offsets, this.#codes];
    const size = offsets.length * 2;
    this.#high = new Int32Array(size);
    this.#low = new Int32Array(size);
    this.#offsets = new Float64Array(size).fill(EMPTY);
    this.#codes = new Uint8Array(size);
    for (let from = 0; from < offsets.length; from += 1) {
      const offset = offsets[from] ?? EMPTY;
      if (offset === EMPTY) continue;
      const [high, low] = [highs[from] ?? 0, lows[from] ?? 0];
      const at = this.#find(high, low);
      this.#high[at] = high;
      this.#low[at] = low;
      this.#offsets[at] = offset;
      this.#codes[at] = codes[from] ?? 0;
    }
  }
}

const FIRST = 1 << 12;
const EMPTY = -1;

/** Two different 32-bit hashes (FNV-1a and a multiplicative one), mixed at the end. */
function hashOf(key: string): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let at = 0; at < key.length; at += 1) {
    const code = key.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
  }
  return [mixed(a), mixed(b)];
}

function mixed(given: number): number {
  let h = given;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
