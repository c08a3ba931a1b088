import { type Account } from './account.js';
import { addressAt } from './contact.js';

/** Gives addresses their position in `Account.addresses`, adding those that no row named before. */
export class AddressBook {
  private readonly positions = new Map<string, number>();

  constructor(private readonly account: Account) {
    account.addresses.forEach((address, position) => this.positions.set(address, position));
  }

  position(address: string): number {
    const known = this.positions.get(address);
    if (known !== undefined) return known;
    const position = this.account.addresses.push(address) - 1;
    this.positions.set(address, position);
    return position;
  }

  /** Where mail to the contact went at that moment; undefined where it has no address. */
  positionAt(contact: number, time: number): number | undefined {
    const person = this.account.contacts[contact];
    const address = person === undefined ? undefined : addressAt(person, time);
    return address === undefined ? undefined : this.position(address);
  }
}
