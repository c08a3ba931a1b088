/**
 * A published answer: a type name, a list of one shape, or properties; the name of a required one ends in `*`.
 */
export type Shape = string | readonly Shape[] | { readonly [property: string]: Shape };

/** What an answer has that the shape does not allow, as `path: problem`; a property that the shape does not know is one too. */
export function differences(shape: Shape, value: unknown, path = '$'): string[] {
  if (shape === 'any') return [];
  if (typeof shape === 'string')
    return typeName(value) === shape || (shape === 'number' && typeName(value) === 'integer')
      ? []
      : [`${path}: ${typeName(value)}, not ${shape}`];
  if (isList(shape)) {
    if (!Array.isArray(value)) return [`${path}: ${typeName(value)}, not array`];
    return value.flatMap((item, at) => differences(shape[0] ?? 'any', item, `${path}[${at}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${path}: ${typeName(value)}, not object`];
  const known = new Map(Object.entries(shape).map(([name, inner]) => [name.replace(/\*$/, ''), inner]));
  const missing = Object.keys(shape).filter((name) => name.endsWith('*') && !(name.slice(0, -1) in value));
  return [
    ...missing.map((name) => `${path}.${name.slice(0, -1)}: missing`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const expected = known.get(name);
      return expected === undefined ? [`${path}.${name}: unknown`] : differences(expected, inner, `${path}.${name}`);
    }),
  ];
}

function isList(shape: Shape): shape is readonly Shape[] {
  return Array.isArray(shape);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
