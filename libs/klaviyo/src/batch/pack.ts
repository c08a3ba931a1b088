export interface PackLimits {
  readonly count: number;
  /** Bytes of all items together, without what the request adds around them. */
  readonly bytes?: number;
}

/**
 * Indices cut into packs of at most `count` items and `bytes` bytes, in order. An item that is too large alone gets a pack
 * of its own.
 */
export function pack<T>(items: readonly T[], limits: PackLimits, bytesOf: (item: T) => number = () => 0): number[][] {
  const packs: number[][] = [];
  let bytes = 0;
  items.forEach((item, index) => {
    const size = limits.bytes === undefined ? 0 : bytesOf(item);
    const last = packs.at(-1);
    if (last && last.length < limits.count && bytes + size <= (limits.bytes ?? Infinity)) {
      last.push(index);
      bytes += size;
    } else {
      packs.push([index]);
      bytes = size;
    }
  });
  return packs;
}

/** Bytes of a value in a request, with the comma that follows it. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) + 1;
}
