import { type ImportRow } from './import-row.js';

/** Names of the fields that an import writes, as kept between writes: `first_name`, `location.city`, `properties.Tier`. */
export function fieldsOf(attributes: ImportRow['attributes']): string[] {
  const fields: string[] = [];
  for (const name in attributes) {
    if (name !== 'email' && name !== 'location' && name !== 'properties') fields.push(name);
  }
  for (const name in attributes.location) fields.push(`location.${name}`);
  for (const name in attributes.properties) fields.push(propertyField(name));
  return fields;
}

/** One string for all people who have the property: an account has few names and many people. */
function propertyField(name: string): string {
  let field = propertyFields.get(name);
  if (field === undefined) {
    if (propertyFields.size >= MOST_NAMES) propertyFields.clear();
    propertyFields.set(name, (field = `properties.${name}`));
  }
  return field;
}

const propertyFields = new Map<string, string>();
const MOST_NAMES = 1000;

/**
 * `fields` are those of `attributes`, `written` those of an earlier write. Answers the row that also takes away what an earlier write set and the source no longer has: `null` for standard fields, and
 * `unset` for properties, since what `null` does to a property is not documented. What others wrote is not touched.
 */
export function withCleared(
  attributes: ImportRow['attributes'],
  fields: readonly string[],
  written: readonly string[],
): ImportRow {
  if (written.length === 0) return { attributes };
  const now = new Set(fields);
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
