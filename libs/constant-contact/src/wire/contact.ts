import { z } from 'zod';
import { idOf, textOf, timeOf, wholeOf, wordOf } from './value.js';

/** What of a contact is shown only when it is asked for, and may be left out when there is none. */
export const PARTS = ['custom_fields', 'list_memberships', 'phone_numbers', 'street_addresses', 'taggings'] as const;

/** A contact of `GET /contacts` as far as it can be read. */
export type WireContact = ReturnType<typeof contactOf>;

/**
 * Only its id is indispensable. An e-mail part of another kind is not the same as none: that makes the row an odd one. Written
 * out by hand, because a snapshot reads every field of hundreds of thousands, and through schemas that took four times as long.
 */
export const wireContact = z.transform((value, context): WireContact => {
  const odd = (...path: string[]): never => {
    context.issues.push({ code: 'custom', message: 'is not usable', input: value, path });
    return z.NEVER;
  };
  if (!isRow(value)) return odd();
  const contactId = idOf(value['contact_id']);
  if (contactId === null) return odd('contact_id');
  const email = value['email_address'] ?? null;
  if (email !== null && !isRow(email)) return odd('email_address');
  return contactOf(contactId, email, value);
});

type Row = Readonly<Record<string, unknown>>;

function contactOf(contactId: string, email: Row | null, row: Row) {
  return {
    contact_id: contactId,
    email_address: email && emailOf(email),
    first_name: textOf(row['first_name']),
    last_name: textOf(row['last_name']),
    job_title: textOf(row['job_title']),
    company_name: textOf(row['company_name']),
    birthday_month: wholeOf(row['birthday_month']),
    birthday_day: wholeOf(row['birthday_day']),
    anniversary: textOf(row['anniversary']),
    created_at: timeOf(row['created_at']),
    updated_at: timeOf(row['updated_at']),
    /** Kept raw: even a date that nobody can read says that the contact is deleted. */
    deleted_at: row['deleted_at'],
    custom_fields: rowsIn(row['custom_fields']).flatMap(customValueOf),
    phone_numbers: rowsIn(row['phone_numbers']).map(phoneOf),
    street_addresses: rowsIn(row['street_addresses']).map(addressOf),
    list_memberships: idsIn(row['list_memberships']),
    taggings: idsIn(row['taggings']),
    sms_channel: isRow(row['sms_channel']) ? smsOf(row['sms_channel']) : null,
  };
}

function emailOf(row: Row) {
  return {
    address: textOf(row['address']),
    permission_to_send: wordOf(row['permission_to_send']),
    opt_in_source: textOf(row['opt_in_source']),
    opt_in_date: timeOf(row['opt_in_date']),
    opt_out_source: textOf(row['opt_out_source']),
    opt_out_date: timeOf(row['opt_out_date']),
    opt_out_reason: textOf(row['opt_out_reason']),
  };
}

function customValueOf(row: Row) {
  const fieldId = idOf(row['custom_field_id']);
  if (fieldId === null) return [];
  return [{ custom_field_id: fieldId, value: textOf(row['value']), choice_ids: idsIn(row['choice_ids']) }];
}

function phoneOf(row: Row) {
  return { phone_number: textOf(row['phone_number']), kind: wordOf(row['kind']) };
}

function addressOf(row: Row) {
  return {
    kind: wordOf(row['kind']),
    street: textOf(row['street']),
    city: textOf(row['city']),
    state: textOf(row['state']),
    postal_code: textOf(row['postal_code']),
    country: textOf(row['country']),
  };
}

function smsOf(row: Row) {
  return {
    sms_address: textOf(row['sms_address']),
    dial_code: textOf(row['dial_code']),
    country_code: textOf(row['country_code']),
    sms_channel_consents: rowsIn(row['sms_channel_consents']).map((consent) => ({
      sms_consent_permission: textOf(consent['sms_consent_permission']),
      opt_in_date: timeOf(consent['opt_in_date']),
      opt_out_date: timeOf(consent['opt_out_date']),
    })),
  };
}

/** The objects of an array; an absent or wrong array is empty. */
function rowsIn(value: unknown): Row[] {
  return Array.isArray(value) ? value.filter(isRow) : [];
}

function idsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((entry) => idOf(entry) ?? []) : [];
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Ids on a page, of odd rows too: who is there is there, readable or not. `nameless` rows have none, but the vendor counts them. */
export function idsOn(body: unknown): { readonly ids: string[]; readonly nameless: number } {
  const rows = contactsOn(body);
  const ids = rows.flatMap((row) => idOf((row as { contact_id?: unknown } | null)?.contact_id) ?? []);
  return { ids: [...new Set(ids)], nameless: rows.length - ids.length };
}

/** Whether any contact of a page says something of lists, tags or fields, be it that there are none. */
export function haveParts(body: unknown): boolean {
  return contactsOn(body).some((row) => isRow(row) && PARTS.some((part) => part in row));
}

function contactsOn(body: unknown): unknown[] {
  const { contacts } = (body ?? {}) as { contacts?: unknown };
  return Array.isArray(contacts) ? contacts : [];
}
