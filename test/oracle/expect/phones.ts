import { type Account, type Contact } from '@portage/simulators';
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';
import { locationAddress } from './profile.js';

const ORDER = ['mobile', 'home', 'work', 'other'] as const;

/** Countries as people write them, as far as the simulated accounts do. */
const NAMES: Readonly<Record<string, CountryCode>> = {
  'united states': 'US',
  usa: 'US',
  us: 'US',
  germany: 'DE',
  deutschland: 'DE',
  'united kingdom': 'GB',
  canada: 'CA',
};

/** The number that Klaviyo may know the contact by: the first valid one, in E.164. */
export function firstValidNumber(account: Account, contact: Contact): string | undefined {
  for (const kind of ORDER) {
    for (const phone of contact.phones) {
      const parsed = phone.kind === kind ? e164(account, contact, phone.number) : undefined;
      if (parsed !== undefined) return parsed;
    }
  }
  return undefined;
}

/** How many contacts that are not deleted hold each number. */
export function holdersOfNumbers(account: Account): Map<string, Set<string>> {
  const holders = new Map<string, Set<string>>();
  for (const contact of account.contacts) {
    if (contact.deletedAt !== undefined || contact.purgedAt !== undefined) continue;
    for (const { number } of contact.phones) {
      const parsed = e164(account, contact, number);
      if (parsed === undefined) continue;
      const known = holders.get(parsed) ?? new Set();
      holders.set(parsed, known.add(contact.id));
    }
  }
  return holders;
}

function e164(account: Account, contact: Contact, number: string): string | undefined {
  const parsed = parsePhoneNumberFromString(number, countryOf(account, contact));
  return parsed?.isValid() === true ? parsed.number : undefined;
}

function countryOf(account: Account, contact: Contact): CountryCode {
  const written = locationAddress(contact)?.country?.trim().toLowerCase() ?? '';
  const fallback = isSupportedCountry(account.countryCode) ? account.countryCode : 'US';
  return NAMES[written] ?? fallback;
}
