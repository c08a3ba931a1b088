import { z } from 'zod';
import { count, id, listOf, maybe, text, time, word } from './value.js';

const email = z.object({
  address: text,
  permission_to_send: word,
  opt_in_source: text,
  opt_in_date: time,
  opt_out_source: text,
  opt_out_date: time,
  opt_out_reason: text,
  updated_at: time,
});

const phone = z.object({ phone_number: text, kind: word });
const address = z.object({ kind: word, street: text, city: text, state: text, postal_code: text, country: text });
const customValue = z.object({ custom_field_id: id, value: text, choice_ids: listOf(id) });
const smsConsent = z.object({ sms_consent_permission: text, opt_in_date: time, opt_out_date: time });
const sms = z.object({
  sms_address: text,
  dial_code: text,
  country_code: text,
  sms_channel_consents: listOf(smsConsent),
});

/** A contact of `GET /contacts`; only its id is indispensable. */
export const wireContact = z.object({
  contact_id: id,
  /** Of another kind it is not the same as none: that makes the row an odd one. */
  email_address: email.nullish().transform((value) => value ?? null),
  first_name: text,
  last_name: text,
  job_title: text,
  company_name: text,
  birthday_month: count,
  birthday_day: count,
  anniversary: text,
  created_at: time,
  updated_at: time,
  /** Kept raw: even a date that nobody can read says that the contact is deleted. */
  deleted_at: z.unknown().optional(),
  custom_fields: listOf(customValue),
  phone_numbers: listOf(phone),
  street_addresses: listOf(address),
  list_memberships: listOf(id),
  taggings: listOf(id),
  sms_channel: maybe(sms),
});

/** Ids on a page, of odd rows too: who is there is there, readable or not. `nameless` rows have none, but the vendor counts them. */
export function idsOn(body: unknown): { readonly ids: string[]; readonly nameless: number } {
  const rows = contactsOn(body);
  const ids = rows.flatMap((row) => {
    const named = id.safeParse((row as { contact_id?: unknown } | null)?.contact_id);
    return named.success ? [named.data] : [];
  });
  return { ids: [...new Set(ids)], nameless: rows.length - ids.length };
}

/** Which rows of a page say anything of lists, the emptiest included: an absent part must not be read as an empty one. */
export function rowsWithIncludes(body: unknown): 'all' | 'some' | 'none' {
  const rows = contactsOn(body);
  const having = rows.filter((row: unknown) => typeof row === 'object' && row !== null && 'list_memberships' in row);
  if (having.length === rows.length) return 'all';
  return having.length > 0 ? 'some' : 'none';
}

function contactsOn(body: unknown): unknown[] {
  const { contacts } = (body ?? {}) as { contacts?: unknown };
  return Array.isArray(contacts) ? contacts : [];
}

export type WireContact = z.output<typeof wireContact>;
