import { type Contact, type ContactEmail } from '../../account/index.js';
import { day, moment, oddness, partId } from './moments.js';

export const SUBRESOURCES = [
  'custom_fields',
  'list_memberships',
  'phone_numbers',
  'street_addresses',
  'taggings',
  'notes',
] as const;

/**
 * A contact as the API shows it: empty texts are absent, subresources come only if `include` names them, and, unless empty ones are
 * shown, only if there are any.
 */
export function contactJson(
  contact: Contact,
  include: readonly string[],
  emptyParts: 'empty' | 'left_out' = 'empty',
): Record<string, unknown> {
  const odd = oddness(contact.id);
  return {
    contact_id: contact.id,
    ...(contact.email === undefined ? {} : { email_address: emailJson(contact.email, odd) }),
    ...given('first_name', contact.firstName),
    ...given('last_name', contact.lastName),
    ...given('job_title', contact.jobTitle),
    ...given('company_name', contact.companyName),
    ...(contact.birthday === undefined
      ? {}
      : { birthday_month: contact.birthday.month, birthday_day: contact.birthday.day }),
    ...given('anniversary', contact.anniversary),
    create_source: contact.createSource,
    ...given('update_source', contact.updateSource),
    created_at: moment(contact.createdAt, odd),
    updated_at: moment(contact.updatedAt, odd),
    ...(contact.deletedAt === undefined
      ? {}
      : { deleted_at: odd % 2 === 0 ? day(contact.deletedAt) : moment(contact.deletedAt) }),
    ...(contact.sms === undefined ? {} : { sms_channel: smsJson(contact, contact.sms) }),
    ...subresources(contact, include, emptyParts === 'empty'),
  };
}

function emailJson(email: ContactEmail, odd: number): Record<string, unknown> {
  return {
    address: email.address,
    permission_to_send: email.permission,
    created_at: moment(email.createdAt, odd),
    updated_at: moment(email.updatedAt, odd),
    ...given('opt_in_source', email.optInSource),
    ...(email.optInDate === undefined ? {} : { opt_in_date: moment(email.optInDate, odd) }),
    ...given('opt_out_source', email.optOutSource),
    ...(email.optOutDate === undefined ? {} : { opt_out_date: moment(email.optOutDate, odd) }),
    ...given('opt_out_reason', email.optOutReason),
    confirm_status: email.confirmStatus,
  };
}

function subresources(contact: Contact, include: readonly string[], showEmpty: boolean): Record<string, unknown> {
  const created = moment(contact.createdAt);
  const all: Record<(typeof SUBRESOURCES)[number], () => readonly unknown[]> = {
    custom_fields: () =>
      contact.customFields.map(({ fieldId, value, choiceIds }) => ({
        custom_field_id: fieldId,
        ...given('value', value),
        ...(choiceIds === undefined ? {} : { choice_ids: choiceIds }),
      })),
    list_memberships: () => contact.lists,
    phone_numbers: () =>
      contact.phones.map(({ number, kind }, part) => ({
        phone_number_id: partId(contact.id, part),
        phone_number: number,
        kind,
        created_at: created,
        updated_at: created,
        update_source: 'Account',
        create_source: 'Account',
      })),
    street_addresses: () =>
      contact.addresses.map(({ kind, street, city, state, postalCode, country }, part) => ({
        street_address_id: partId(contact.id, part + 10),
        kind,
        ...given('street', street),
        ...given('city', city),
        ...given('state', state),
        ...given('postal_code', postalCode),
        ...given('country', country),
        created_at: created,
        updated_at: created,
      })),
    taggings: () => contact.tags,
    notes: () =>
      contact.note === undefined
        ? []
        : [{ note_id: partId(contact.id, 20), created_at: created, content: contact.note }],
  };
  const asked = SUBRESOURCES.filter((name) => include.includes(name)).map((name) => [name, all[name]()] as const);
  return Object.fromEntries(asked.filter(([, part]) => showEmpty || part.length > 0));
}

function smsJson(contact: Contact, sms: NonNullable<Contact['sms']>): Record<string, unknown> {
  return {
    sms_channel_id: partId(contact.id, 30),
    sms_address: sms.number,
    dial_code: sms.dialCode,
    country_code: sms.countryCode,
    update_source: 'Contact',
    create_source: 'Contact',
    sms_channel_consents: [
      {
        sms_consent_permission: sms.permission,
        consent_type: 'promotional_sms',
        opt_in_date: moment(sms.optInDate),
        created_at: moment(sms.optInDate),
        updated_at: moment(sms.optInDate),
      },
    ],
  };
}

function given(name: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [name]: value };
}
