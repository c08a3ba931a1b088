/**
 * `string`, `string?` (nullable), `=a|b` (one of), `object` (free keys), `[shape]`, `{key*: shape}` (required), with the key `?` nullable,
 * with the key `|` one of several.
 */
export type Shape = string | readonly Shape[] | { readonly [key: string]: Shape };

export interface ShapeProblem {
  pointer: string;
  kind: 'missing' | 'unknown' | 'wrong';
  /** Name of the field. */
  field: string;
  /** What was expected, for people. */
  expected: string;
}

type Check = (value: unknown, pointer: string, problems: ShapeProblem[]) => void;

const compiled = new WeakMap<object, Check>();

/** Problems of a value against a shape, none if it fits. */
export function problemsOf(value: unknown, shape: Shape, pointer = ''): ShapeProblem[] {
  const problems: ShapeProblem[] = [];
  compile(shape)(value, pointer, problems);
  return problems;
}

function compile(shape: Shape): Check {
  if (typeof shape === 'string') return compileScalar(shape);
  const known = compiled.get(shape);
  if (known !== undefined) return known;
  const check = Array.isArray(shape)
    ? compileArray(shape as readonly Shape[])
    : compileObject(shape as Record<string, Shape>);
  compiled.set(shape, check);
  return check;
}

function compileArray(shape: readonly Shape[]): Check {
  const item = compile(shape[0] ?? 'any');
  return (value, pointer, problems) => {
    if (!Array.isArray(value)) wrong(problems, pointer, 'a list');
    else for (let at = 0; at < value.length; at++) item(value[at], `${pointer}/${at}`, problems);
  };
}

function compileObject(shape: Record<string, Shape>): Check {
  if (shape['|'] !== undefined) return compileUnion(shape['|'] as readonly Shape[]);
  const nullable = shape['?'] !== undefined;
  const fields = new Map<string, Check>();
  const required: string[] = [];
  for (const [key, field] of Object.entries(shape)) {
    if (key === '?') continue;
    const name = key.endsWith('*') ? key.slice(0, -1) : key;
    if (key.endsWith('*')) required.push(name);
    fields.set(name, compile(field));
  }
  return (value, pointer, problems) => {
    if (value === null && nullable) return;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      wrong(problems, pointer, 'an object');
      return;
    }
    const given = value as Record<string, unknown>;
    for (const key in given) {
      const check = fields.get(key);
      if (check === undefined)
        problems.push({ pointer: `${pointer}/${key}`, kind: 'unknown', field: key, expected: 'no such field' });
      else check(given[key], `${pointer}/${key}`, problems);
    }
    for (const key of required) {
      if (given[key] === undefined)
        problems.push({ pointer: `${pointer}/${key}`, kind: 'missing', field: key, expected: 'a value' });
    }
  };
}

function compileUnion(shapes: readonly Shape[]): Check {
  const checks = shapes.map(compile);
  return (value, pointer, problems) => {
    let fewest: ShapeProblem[] | undefined;
    for (const check of checks) {
      const found: ShapeProblem[] = [];
      check(value, pointer, found);
      if (found.length === 0) return;
      if (fewest === undefined || found.length < fewest.length) fewest = found;
    }
    problems.push(...(fewest ?? []));
  };
}

function compileScalar(shape: string): Check {
  const nullable = shape.endsWith('?');
  const plain = nullable ? shape.slice(0, -1) : shape;
  const acceptsNull = nullable || plain === 'any' || plain === 'null';
  const fits = plain.startsWith('=') ? oneOf(plain.slice(1).split('|')) : (scalars[plain] ?? ((): boolean => true));
  const expected = plain.startsWith('=') ? `one of ${plain.slice(1)}` : plain;
  return (value, pointer, problems) => {
    if (value === null ? !acceptsNull : !fits(value)) wrong(problems, pointer, expected);
  };
}

const scalars: Record<string, (value: unknown) => boolean> = {
  string: isText,
  'date-time': isText,
  date: isText,
  uri: isText,
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: () => false,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function oneOf(values: readonly string[]): (value: unknown) => boolean {
  const set = new Set(values);
  return (value) => typeof value === 'string' && set.has(value);
}

function wrong(problems: ShapeProblem[], pointer: string, expected: string): void {
  problems.push({ pointer, kind: 'wrong', field: pointer.slice(pointer.lastIndexOf('/') + 1), expected });
}
