import { z } from 'zod';
import { type Odd, parseRow, rowsOf } from './envelope.js';
import { count, id, text, time } from './value.js';

const wireList = z.object({
  list_id: id,
  name: text,
  description: text,
  favorite: z
    .unknown()
    .optional()
    .transform((value) => value === true || value === 'true'),
  created_at: time,
  updated_at: time,
  deleted_at: z.unknown().optional(),
  membership_count: count,
});

export type WireList = z.output<typeof wireList>;
export const listSchema = wireList;

const wireField = z.object({
  custom_field_id: id,
  label: text,
  name: text,
  type: text,
  choices: z.transform((value): unknown[] => (Array.isArray(value) ? value : [])),
});

const wireChoice = z.object({ choice_id: id, choice_label: text });
/** A tag is its name. */
const wireTag = z.object({ tag_id: id, name: text.pipe(z.string()) });

export interface FieldDefinition {
  readonly label: string;
  readonly type: string;
  /** Labels by choice id, deleted choices included: contacts may still hold them. */
  readonly choices: ReadonlyMap<string, string>;
}

/** What ids on a contact mean. Small: the vendor allows 100 fields an account. */
export interface Definitions {
  readonly fields: ReadonlyMap<string, FieldDefinition>;
  readonly tags: ReadonlyMap<string, string>;
}

/** Fields by id; a field with a choice that cannot be used is one without that choice. */
export function fieldsOf(body: unknown): { readonly fields: [string, FieldDefinition][]; readonly odds: Odd[] } {
  const rows = rowsOf(body, 'custom_fields', wireField);
  const odds = rows.filter((row): row is Odd => !row.ok);
  const fields = rows.flatMap((row): [string, FieldDefinition][] => {
    if (!row.ok) return [];
    const { custom_field_id: fieldId, label, name, type } = row.value;
    const choices = row.value.choices.map((choice) => parseRow(choice, 'choices of custom_fields', wireChoice));
    odds.push(...choices.filter((choice): choice is Odd => !choice.ok));
    const labels = choices.flatMap((choice) =>
      choice.ok ? [[choice.value.choice_id, choice.value.choice_label ?? choice.value.choice_id] as const] : [],
    );
    return [[fieldId, { label: label ?? name ?? fieldId, type: type ?? 'string', choices: new Map(labels) }]];
  });
  return { fields, odds };
}

/** Names of tags by id. */
export function tagsOf(body: unknown): { readonly tags: [string, string][]; readonly odds: Odd[] } {
  const rows = rowsOf(body, 'tags', wireTag);
  return {
    tags: rows.flatMap((row): [string, string][] => (row.ok ? [[row.value.tag_id, row.value.name]] : [])),
    odds: rows.filter((row): row is Odd => !row.ok),
  };
}
