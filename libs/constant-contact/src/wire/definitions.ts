import { z } from 'zod';
import { rowsOf } from './envelope.js';
import { id, listOf, text, time, count } from './value.js';

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
  choices: listOf(z.object({ choice_id: id, choice_label: text })),
});

const wireTag = z.object({ tag_id: id, name: text });

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

export function fieldsOf(body: unknown): [string, FieldDefinition][] {
  return rowsOf(body, 'custom_fields', wireField).flatMap((row) => {
    if (!row.ok) return [];
    const { custom_field_id: fieldId, label, name, type, choices } = row.value;
    const labels = choices.map((choice) => [choice.choice_id, choice.choice_label ?? choice.choice_id] as const);
    return [[fieldId, { label: label ?? name ?? fieldId, type: type ?? 'string', choices: new Map(labels) }]];
  });
}

export function tagsOf(body: unknown): [string, string][] {
  return rowsOf(body, 'tags', wireTag).flatMap((row) =>
    row.ok && row.value.name !== null ? [[row.value.tag_id, row.value.name]] : [],
  );
}
