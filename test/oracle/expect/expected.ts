import { type ExpectedLists } from './lists.js';
import { type KlaviyoPerson } from './klaviyo-person.js';
import { type ExpectedProfile } from './profile.js';

/** One person as Klaviyo must finally hold them. */
export interface ExpectedPerson {
  readonly email: string;
  readonly state: KlaviyoPerson;
  /** Undefined where nothing was ever loaded. */
  profile?: ExpectedProfile;
  /** The E.164 number that must be the profile's phone; undefined: none may be. */
  phone?: string;
  /** Numbers as the source spells them, one of which `Constant Contact Phone` shows where `phone` is undefined. */
  otherPhones: string[];
  /** Source list ids. */
  lists: string[];
  /** Several contacts hold the address: nothing says whose names and fields win. */
  shared: boolean;
  /** The address of somebody who has moved on: it may be absent and must not be mailable, the rest is left open. */
  former: boolean;
  /** The rules leave the consent open; why. */
  uncertain?: string;
}

export interface ExpectedEvent {
  readonly metric: string;
  readonly email: string;
  readonly contactId: string;
  readonly second: number;
  readonly properties: Readonly<Record<string, string>>;
  /** The rules leave open whether it is sent. */
  readonly optional: boolean;
}

/** A profile that gets the address that its contact moved to. */
export interface Rename {
  readonly to: string;
  /** Else events may be on their way to the old address, where they would make somebody: it may be suppressed instead. */
  readonly certain: boolean;
}

export interface Expected {
  readonly people: ReadonlyMap<string, ExpectedPerson>;
  readonly lists: ExpectedLists;
  readonly events: readonly ExpectedEvent[];
  /** Every address that mail went to: one that nobody holds any more may exist, opted out. */
  readonly rowAddresses: ReadonlySet<string>;
  /** Addresses of the same contact: whether events moved with a rename or stayed is left open. */
  readonly addressChain: ReadonlyMap<string, string>;
  /** By the address that was left. */
  readonly renames: ReadonlyMap<string, Rename>;
}
