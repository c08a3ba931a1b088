import { type Contact, type CustomField } from '@portage/records';

export type PropertyValue = string | readonly string[];

/**
 * The owner's fields by label. A label that is taken, or that Klaviyo would read as one of its own (`$consent` and the like),
 * is told apart, so that one field never overwrites another.
 */
export function customProperties(contact: Contact, taken: ReadonlySet<string>): [name: string, value: PropertyValue][] {
  const used = new Set(taken);
  const fields = [...contact.customFields].sort((a, b) => (a.id < b.id ? -1 : 1));
  return fields.flatMap((field) => {
    const value = valueOf(field);
    if (value === null) return [];
    const name = nameOf(field, used);
    used.add(name);
    return [[name, value]];
  });
}

function nameOf(field: CustomField, used: ReadonlySet<string>): string {
  const label = field.label.trim();
  if (label === '') return `Constant Contact Field ${field.id}`;
  const name = label.startsWith('$') ? `Constant Contact ${label}` : label;
  return used.has(name) ? `${name} (${field.id})` : name;
}

/** A field of several choices is always an array, so that its type does not change with the number of choices. */
function valueOf({ type, values }: CustomField): PropertyValue | null {
  const given = values.filter((value) => value.trim() !== '');
  if (given.length === 0) return null;
  return type === 'multi_select' || given.length > 1 ? given : (given[0] ?? null);
}
