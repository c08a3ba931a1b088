import { type Address, type Contact } from '@portage/records';
import { present } from './present.js';

const preference: readonly Address['kind'][] = ['home', 'work', 'other', 'unknown'];

/** The address that becomes the profile's location: the first of home, work, other. */
export function locationAddress(contact: Contact): Address | undefined {
  for (const kind of preference) {
    const address = contact.addresses.find((each) => each.kind === kind);
    if (address) return address;
  }
  return undefined;
}

/** The parts that have a value, by the vendor's names. */
export function locationOf(contact: Contact): Record<string, string> {
  const address = locationAddress(contact);
  if (!address) return {};
  return present({
    address1: address.street,
    city: address.city,
    region: address.state,
    zip: address.postalCode,
    country: address.country,
  });
}
