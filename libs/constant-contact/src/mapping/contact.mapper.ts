import {
  type Address,
  addressKindSymbols,
  type Contact,
  type CustomField,
  normaliseEmail,
  type Permission,
  permissionSymbols,
  type Phone,
  phoneKindSymbols,
  type SmsChannel,
} from '@portage/records';
import { type WireContact } from '../wire/contact.js';
import { type Definitions } from '../wire/definitions.js';
import { timeOf } from '../wire/value.js';

export type ContactContent = Omit<Contact, 'meta'>;

/** Pure: the vendor's contact in Portage's words, ids of fields, choices and tags resolved by the account's definitions. */
export function contactContent(wire: WireContact, definitions: Definitions): ContactContent {
  const { email_address: email } = wire;
  const normalised = normaliseEmail(email?.address);
  return {
    contactId: wire.contact_id,
    emailAddress: email?.address ?? null,
    email: normalised.ok ? normalised.email : null,
    firstName: wire.first_name,
    lastName: wire.last_name,
    jobTitle: wire.job_title,
    companyName: wire.company_name,
    ...birthdayOf(wire),
    anniversary: wire.anniversary,
    phones: phonesOf(wire),
    addresses: addressesOf(wire),
    customFields: customFieldsOf(wire, definitions),
    tags: tagNamesOf(wire, definitions),
    listIds: sortedSet(wire.list_memberships),
    permission: permissionOf(wire),
    optInSource: email?.opt_in_source ?? null,
    optInAt: email?.opt_in_date ?? null,
    optOutSource: email?.opt_out_source ?? null,
    optOutAt: email?.opt_out_date ?? null,
    optOutReason: email?.opt_out_reason ?? null,
    createdAt: wire.created_at,
    updatedAt: wire.updated_at,
    deletedAt: deletedAtOf(wire.deleted_at, wire.updated_at ?? wire.created_at),
    sms: smsOf(wire),
  };
}

/** Ids on a contact that the definitions do not explain: the owner made a field, a choice or a tag since they were read. */
export function unexplainedIds(wire: WireContact, { fields, tags }: Definitions): string[] {
  const fieldIds = wire.custom_fields
    .filter(({ custom_field_id: fieldId, choice_ids: choices }) => {
      const field = fields.get(fieldId);
      return !field || choices.some((choice) => !field.choices.has(choice));
    })
    .map(({ custom_field_id: fieldId }) => fieldId);
  return [...fieldIds, ...wire.taggings.filter((tag) => !tags.has(tag))];
}

/** A bare date or a time; a deletion whose date nobody can read is still a deletion. */
export function deletedAtOf(raw: unknown, otherwise: number | null): number | null {
  if (raw === undefined || raw === null || raw === '' || raw === false) return null;
  return timeOf(raw) ?? otherwise ?? 0;
}

/** Invariant 4: what we do not know is no consent; a word that is not documented stays `unknown`. */
function permissionOf({ email_address: email }: WireContact): Permission {
  if (!email) return 'not_set';
  return permissionSymbols.find((symbol) => symbol === email.permission_to_send) ?? 'unknown';
}

/** Always a pair at the vendor; half of one says nothing. */
function birthdayOf(wire: WireContact): Pick<Contact, 'birthdayMonth' | 'birthdayDay'> {
  const { birthday_month: month, birthday_day: day } = wire;
  const whole = month !== null && day !== null && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return { birthdayMonth: whole ? month : null, birthdayDay: whole ? day : null };
}

function phonesOf({ phone_numbers: phones }: WireContact): Phone[] {
  return phones.flatMap(({ phone_number: number, kind }) =>
    number === null ? [] : [{ kind: phoneKindSymbols.find((symbol) => symbol === kind) ?? 'unknown', number }],
  );
}

function addressesOf({ street_addresses: addresses }: WireContact): Address[] {
  return addresses.map(({ kind, street, city, state, postal_code: postalCode, country }) => ({
    kind: addressKindSymbols.find((symbol) => symbol === kind) ?? 'unknown',
    street,
    city,
    state,
    postalCode,
    country,
  }));
}

function customFieldsOf({ custom_fields: values }: WireContact, { fields }: Definitions): CustomField[] {
  const resolved = values.flatMap(({ custom_field_id: fieldId, value, choice_ids: choices }) => {
    const field = fields.get(fieldId);
    const labels = choices.map((choice) => field?.choices.get(choice) ?? choice);
    const all = labels.length > 0 ? labels : value === null ? [] : [field?.choices.get(value) ?? value];
    return all.length === 0
      ? []
      : [{ id: fieldId, label: field?.label ?? fieldId, type: field?.type ?? 'string', values: all }];
  });
  return resolved.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function tagNamesOf({ taggings }: WireContact, { tags }: Definitions): string[] {
  return sortedSet(taggings.flatMap((tag) => tags.get(tag) ?? []));
}

/** The vendor keeps no order, so a fixed one keeps an unchanged contact from looking changed. */
function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

function smsOf({ sms_channel: sms }: WireContact): SmsChannel | null {
  if (!sms?.sms_address) return null;
  const [consent] = sms.sms_channel_consents;
  return {
    address: sms.sms_address,
    dialCode: sms.dial_code,
    countryCode: sms.country_code,
    permission: consent?.sms_consent_permission ?? 'not_set',
    optInAt: consent?.opt_in_date ?? null,
    optOutAt: consent?.opt_out_date ?? null,
  };
}
