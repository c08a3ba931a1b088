import avsc from 'avsc';

interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  skipLong(): void;
}
interface ReadableType {
  _read(tap: Tap): unknown;
  _skip(tap: Tap): void;
}

/**
 * Avro's array with an end to its patience. The library takes the announced number of items at its word, so that
 * eight wrong bytes could keep it busy for hours; no item of ours is shorter than a byte, so more items than bytes
 * left is a lie.
 */
class BoundedArray extends avsc.types.ArrayType {
  _read(tap: Tap): unknown[] {
    const items: unknown[] = [];
    readBlocks(tap, () => items.push(itemsOf(this)._read(tap)));
    return items;
  }

  _skip(tap: Tap): void {
    readBlocks(tap, () => itemsOf(this)._skip(tap));
  }
}

/** `array` is the type itself, or the library's resolver, which borrows `_read` and has items of its own. */
function itemsOf(array: unknown): ReadableType {
  return (array as { readonly itemsType: ReadableType }).itemsType;
}

function readBlocks(tap: Tap, item: () => void): void {
  for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
    if (count < 0) tap.skipLong();
    const length = Math.abs(count);
    if (length > tap.buf.length - tap.pos) throw new RangeError('an array is longer than its bytes');
    for (let i = 0; i < length; i++) item();
  }
}

/** Compiles a schema, in a registry of its own: schemas that share a type name would clash in one. */
export function compile(schema: string): avsc.Type {
  const typeHook = (part: avsc.Schema, options: Partial<avsc.ForSchemaOptions>): avsc.Type | undefined =>
    isArraySchema(part) ? new BoundedArray(part, options) : undefined;
  return avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema, { typeHook, omitRecordMethods: true });
}

function isArraySchema(part: avsc.Schema): boolean {
  return typeof part === 'object' && 'type' in part && part.type === 'array';
}
