export type Source = 'Account' | 'Contact';

export interface Contact {
  readonly id: string;
  /** Absent for people who only gave a mobile number. */
  email?: ContactEmail;
  /** Earlier addresses, oldest first. The API never shows them: only rows of past mailings do. */
  formerAddresses?: FormerAddress[];
  firstName?: string;
  lastName?: string;
  jobTitle?: string;
  companyName?: string;
  birthday?: { month: number; day: number };
  /** Free text of at most 10 characters, mostly `YYYY-MM-DD`. */
  anniversary?: string;
  createSource: Source;
  updateSource?: Source;
  createdAt: number;
  /** Does not move on unsubscribes, list moves, tags or deletion. */
  updatedAt: number;
  deletedAt?: number;
  /** Removed from the recycle bin: the API no longer knows the contact, its tracking rows stay. */
  purgedAt?: number;
  customFields: CustomFieldValue[];
  phones: Phone[];
  addresses: StreetAddress[];
  lists: string[];
  tags: string[];
  note?: string;
  sms?: SmsChannel;
}

export interface ContactEmail {
  address: string;
  /** One of six documented values, or another one, which nobody may mail either. */
  permission: string;
  createdAt: number;
  updatedAt: number;
  optInSource?: Source;
  optInDate?: number;
  optOutSource?: Source;
  optOutDate?: number;
  optOutReason?: string;
  confirmStatus: 'pending' | 'confirmed' | 'off';
}

interface FormerAddress {
  readonly address: string;
  /** The moment from which mail went to the next address. */
  readonly until: number;
}

export interface CustomFieldValue {
  readonly fieldId: string;
  value?: string;
  choiceIds?: string[];
}

export interface Phone {
  number: string;
  readonly kind: 'home' | 'work' | 'mobile' | 'other';
}

export interface StreetAddress {
  readonly kind: 'home' | 'work' | 'other';
  street?: string;
  city?: string;
  state?: string;
  postalCode?: string;
  country?: string;
}

export interface SmsChannel {
  readonly number: string;
  readonly dialCode: string;
  readonly countryCode: string;
  permission: 'explicit' | 'unsubscribed' | 'pending_confirmation' | 'not_set';
  readonly optInDate: number;
}

/** Where mail to this contact went at that moment. */
export function addressAt(contact: Contact, time: number): string | undefined {
  const former = contact.formerAddresses?.find(({ until }) => time < until);
  return former?.address ?? contact.email?.address;
}

/** In the account and not in its recycle bin. */
export function isLive(contact: Contact): boolean {
  return contact.deletedAt === undefined && contact.purgedAt === undefined;
}

/** Whether the account's owner could mail this contact from Constant Contact. */
export function isMailable(contact: Contact): boolean {
  return isLive(contact) && (contact.email?.permission === 'explicit' || contact.email?.permission === 'implicit');
}
