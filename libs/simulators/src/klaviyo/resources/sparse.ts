/** Only the attributes that `fields[type]` names, dotted ones from inside; all of them where it is absent. */
export function sparse(
  attributes: Record<string, unknown>,
  query: URLSearchParams,
  type: string,
): Record<string, unknown> {
  const fields = query.get(`fields[${type}]`);
  if (fields === null) return attributes;
  const result: Record<string, unknown> = {};
  for (const field of fields.split(',')) copy(attributes, result, field.split('.'));
  return result;
}

function copy(from: Record<string, unknown>, to: Record<string, unknown>, path: readonly string[]): void {
  const [key = '', ...rest] = path;
  const value = from[key];
  if (value === undefined) return;
  if (rest.length === 0 || typeof value !== 'object' || value === null) {
    to[key] = value;
    return;
  }
  const inner = (to[key] ??= {}) as Record<string, unknown>;
  if (inner !== value) copy(value as Record<string, unknown>, inner, rest);
}

export function asks(query: URLSearchParams, parameter: string, value: string): boolean {
  return query.get(parameter)?.split(',').includes(value) === true;
}

/** Links of a relationship, with `data` where the caller includes it. */
export function relation(base: string, self: string, name: string, data?: unknown): Record<string, unknown> {
  return {
    ...(data === undefined ? {} : { data }),
    links: { self: `${base}${self}/relationships/${name}`, related: `${base}${self}/${name}` },
  };
}
