import fc from 'fast-check';
import { codecOf, type Topic, type Values } from '@portage/records';

type SchemaNode =
  | string
  | SchemaNode[]
  | { type: 'record'; fields: { name: string; type: SchemaNode }[] }
  | { type: 'enum'; name: string; symbols: string[] }
  | { type: 'array'; items: SchemaNode }
  | { type: string };

function arbitrary(schema: SchemaNode, named = new Map<string, SchemaNode>()): fc.Arbitrary<unknown> {
  if (Array.isArray(schema)) return fc.oneof(...schema.map((branch) => arbitrary(branch, named)));
  if (typeof schema === 'string') return primitives[schema] ?? arbitrary(named.get(schema) ?? fail(schema), named);
  if ('fields' in schema) {
    return fc.record(Object.fromEntries(schema.fields.map((field) => [field.name, arbitrary(field.type, named)])));
  }
  if ('symbols' in schema) {
    named.set(schema.name, schema);
    return fc.constantFrom(...schema.symbols);
  }
  if ('items' in schema) return fc.array(arbitrary(schema.items, named), { maxLength: 3 });
  return arbitrary(schema.type, named);
}

const primitives: Record<string, fc.Arbitrary<unknown>> = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer(),
  // The library doubles a long on the wire, in a floating-point number: half of the safe integers remain.
  long: fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }),
  string: fc.string({ unit: 'grapheme' }),
  bytes: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
};

function fail(name: string): never {
  throw new Error(`unknown type ${name}`);
}

/** Any value that the topic's schema allows, drawn from the schema itself: a new field is tested without a word. */
export function arbitraryOf<T extends Topic>(topic: T): fc.Arbitrary<Values[T]> {
  return arbitrary(JSON.parse(codecOf(topic).schema) as SchemaNode) as fc.Arbitrary<Values[T]>;
}
