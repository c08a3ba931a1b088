import { type Contact } from '@portage/records';
import { customProperties, type PropertyValue } from './custom-fields.js';
import { isoDate, present } from './present.js';

/** Names that are ours whether or not this contact has a value for them. */
const ownNames = {
  id: 'Constant Contact ID',
  permission: 'Constant Contact Permission',
  optInSource: 'Constant Contact Opt-In Source',
  optInDate: 'Constant Contact Opt-In Date',
  optOutSource: 'Constant Contact Opt-Out Source',
  optOutDate: 'Constant Contact Opt-Out Date',
  optOutReason: 'Constant Contact Opt-Out Reason',
  tags: 'Constant Contact Tags',
  createdAt: 'Constant Contact Created At',
  updatedAt: 'Constant Contact Updated At',
  phone: 'Constant Contact Phone',
  birthday: 'Birthday',
  anniversary: 'Anniversary',
} as const;
const reserved: ReadonlySet<string> = new Set(Object.values(ownNames));

/**
 * The custom properties of a profile, always in the same order. Klaviyo's unsubscribe takes no date, so the original one is kept
 * here. An empty array is refused by the vendor and is omitted like every missing value.
 *
 * @param phone  for `Constant Contact Phone`; null when the number went to `phone_number` or there is none
 */
export function propertiesOf(contact: Contact, phone: string | null): Record<string, PropertyValue> {
  const own: Record<string, PropertyValue> = present({
    [ownNames.id]: contact.contactId,
    [ownNames.permission]: contact.permission,
    [ownNames.optInSource]: contact.optInSource,
    [ownNames.optInDate]: isoDate(contact.optInAt),
    [ownNames.optOutSource]: contact.optOutSource,
    [ownNames.optOutDate]: isoDate(contact.optOutAt),
    [ownNames.optOutReason]: contact.optOutReason,
    [ownNames.createdAt]: isoDate(contact.createdAt),
    [ownNames.updatedAt]: isoDate(contact.updatedAt),
    [ownNames.phone]: phone,
    [ownNames.birthday]: birthdayOf(contact),
    [ownNames.anniversary]: contact.anniversary,
  });
  if (contact.tags.length > 0) own[ownNames.tags] = contact.tags;
  if (contact.customFields.length === 0) return own;
  // Not by assignment: a label can be `__proto__`.
  return Object.fromEntries([...Object.entries(own), ...customProperties(contact, reserved)]);
}

/** `MM-DD`: the source keeps no year. */
function birthdayOf({ birthdayDay, birthdayMonth }: Contact): string | null {
  if (birthdayDay === null || birthdayMonth === null) return null;
  return `${String(birthdayMonth).padStart(2, '0')}-${String(birthdayDay).padStart(2, '0')}`;
}
