import { type Contact, type PhoneKind } from '@portage/records';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { countryCodeOf } from './country.js';
import { locationAddress } from './location.js';

const preference: readonly PhoneKind[] = ['mobile', 'home', 'work', 'other', 'unknown'];

/**
 * All numbers of a contact that are valid, as E.164, the preferred one first: mobile, home, work, other. A number without a
 * country is read as one of the contact's address, else of the account.
 */
export function phonesOf(contact: Contact, accountCountry: string | null): string[] {
  if (contact.phones.length === 0) return [];
  const country = countryCodeOf(locationAddress(contact)?.country) ?? countryCodeOf(accountCountry) ?? undefined;
  const numbers = [...contact.phones]
    .sort((a, b) => preference.indexOf(a.kind) - preference.indexOf(b.kind))
    .map(({ number }) => parsePhoneNumberFromString(number, country))
    .filter((parsed) => parsed?.isValid() === true)
    .map((parsed) => parsed?.number as string);
  return [...new Set(numbers)];
}

/** The one number that may become the profile's, or null. The next one is never tried: numbers are identities. */
export function phoneOf(contact: Contact, accountCountry: string | null): string | null {
  return phonesOf(contact, accountCountry)[0] ?? null;
}

/** For the property: the number in the notation of the preferred valid one, else as the source has its first. */
export function phoneText(contact: Contact, phone: string | null): string | null {
  return phone ?? contact.phones.map(({ number }) => number.trim()).find((number) => number !== '') ?? null;
}
