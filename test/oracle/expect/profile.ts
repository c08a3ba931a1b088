import { type Account, type Contact, type StreetAddress } from '@portage/simulators';
import { customFieldValues } from './custom-field-values.js';

export interface ExpectedProfile {
  /** Standard fields; absent ones must be empty. */
  readonly fields: Readonly<Record<'first_name' | 'last_name' | 'organization' | 'title', string | undefined>>;
  /** Absent where the contact has no address at all. */
  readonly location: Readonly<Record<string, string>> | undefined;
  /** Moments as milliseconds since 1970, everything else as it must read. */
  readonly properties: Readonly<Record<string, string | string[] | Moment>>;
}

export interface Moment {
  readonly moment: number;
}

/** What the profile of a loaded contact shows; the phone is judged apart. */
export function expectedProfile(account: Account, contact: Contact): ExpectedProfile {
  const { email } = contact;
  const tags = contact.tags.flatMap((id) => account.tags.find((tag) => tag.id === id)?.name ?? []);
  return {
    fields: {
      first_name: contact.firstName,
      last_name: contact.lastName,
      organization: contact.companyName,
      title: contact.jobTitle,
    },
    location: locationOf(contact),
    properties: given({
      ...customFieldValues(account, contact),
      'Constant Contact ID': contact.id,
      'Constant Contact Permission': email && permissionShown(email.permission),
      'Constant Contact Opt-In Source': email?.optInSource,
      'Constant Contact Opt-In Date': moment(email?.optInDate),
      'Constant Contact Opt-Out Source': email?.optOutSource,
      'Constant Contact Opt-Out Date': moment(email?.optOutDate),
      'Constant Contact Opt-Out Reason': email?.optOutReason,
      'Constant Contact Tags': tags.length === 0 ? undefined : tags,
      'Constant Contact Created At': moment(contact.createdAt),
      'Constant Contact Updated At': moment(contact.updatedAt),
      Birthday: contact.birthday && `${twoDigits(contact.birthday.month)}-${twoDigits(contact.birthday.day)}`,
      Anniversary: contact.anniversary,
    }),
  };
}

/** The first address, in the order home, work, other. */
export function locationAddress({ addresses }: Contact): StreetAddress | undefined {
  const ofKind = (kind: StreetAddress['kind']): StreetAddress | undefined => addresses.find((one) => one.kind === kind);
  return ofKind('home') ?? ofKind('work') ?? ofKind('other');
}

function locationOf(contact: Contact): Record<string, string> | undefined {
  const address = locationAddress(contact);
  if (address === undefined) return undefined;
  return given({
    address1: address.street,
    city: address.city,
    region: address.state,
    zip: address.postalCode,
    country: address.country,
  });
}

function given<T>(values: Record<string, T | undefined>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined && entry[1] !== ''),
  );
}

/** Words that nobody documented are carried as `unknown`. */
function permissionShown(permission: string): string {
  const documented = ['explicit', 'implicit', 'not_set', 'pending_confirmation', 'temp_hold', 'unsubscribed'];
  return documented.includes(permission) ? permission : 'unknown';
}

function moment(time: number | undefined): Moment | undefined {
  return time === undefined ? undefined : { moment: time };
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
