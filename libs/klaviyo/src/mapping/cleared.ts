import { type ImportRow } from './import-row.js';

/** Names of the fields that an import writes, as kept between writes: `first_name`, `location.city`, `properties.Tier`. */
export function fieldsOf(attributes: ImportRow['attributes']): string[] {
  const { email: _email, location, properties, ...standard } = attributes;
  return [
    ...Object.keys(standard),
    ...Object.keys(location ?? {}).map((name) => `location.${name}`),
    ...Object.keys(properties ?? {}).map((name) => `properties.${name}`),
  ].sort();
}

/**
 * The row that also takes away what an earlier write set and the source no longer has: `null` for standard fields, and
 * `unset` for properties, since what `null` does to a property is not documented. What others wrote is not touched.
 */
export function withCleared(attributes: ImportRow['attributes'], written: readonly string[]): ImportRow {
  const now = new Set(fieldsOf(attributes));
  const gone = written.filter((field) => !now.has(field));
  if (gone.length === 0) return { attributes };
  const unset = gone
    .filter((field) => field.startsWith('properties.'))
    .map((field) => field.slice('properties.'.length));
  const location = gone
    .filter((field) => field.startsWith('location.'))
    .map((field) => field.slice('location.'.length));
  const standard = gone.filter((field) => !field.includes('.'));
  return {
    attributes: {
      ...attributes,
      ...toNull(standard),
      ...(location.length > 0 ? { location: { ...attributes.location, ...toNull(location) } } : {}),
    },
    ...(unset.length > 0 ? { meta: { patch_properties: { unset } } } : {}),
  };
}

function toNull(names: readonly string[]): Record<string, null> {
  return Object.fromEntries(names.map((name) => [name, null]));
}
