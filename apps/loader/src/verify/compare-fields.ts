import { isDeepStrictEqual } from 'node:util';
import { type ImportRow, type PersonRead } from '@portage/klaviyo';
import { type PersonFinding } from './difference.js';

/** Fields that an import writes and Klaviyo does not have so. What others wrote beside them is theirs. */
export function compareFields(
  { email: _email, properties = {}, ...attributes }: ImportRow['attributes'],
  seen: Pick<PersonRead, 'fields' | 'properties'>,
): PersonFinding[] {
  const wrong = Object.entries(flat(attributes))
    .filter(([name, value]) => !isDeepStrictEqual(flat(seen.fields ?? {})[name], value))
    .map(([detail]): PersonFinding => ({ class: 'wrong_field', detail }));
  const written = Object.entries(properties ?? {})
    .filter(([name, value]) => !isDeepStrictEqual(seen.properties?.[name], value))
    .map(([detail]): PersonFinding => ({ class: 'wrong_property', detail }));
  const stale = Object.entries(seen.properties ?? {})
    .filter(([name, value]) => name.startsWith(OURS) && value !== null && !(name in (properties ?? {})))
    .map(([detail]): PersonFinding => ({ class: 'stale_property', detail }));
  return [...wrong, ...written, ...stale];
}

/** Properties that nobody else writes. */
const OURS = 'Constant Contact ';

function flat({ location, ...fields }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const places = Object.entries((location ?? {}) as Record<string, unknown>);
  return { ...fields, ...Object.fromEntries(places.map(([name, value]) => [`location.${name}`, value])) };
}
