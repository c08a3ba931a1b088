import { type Campaign } from './campaign.js';
import { type Contact } from './contact.js';
import { type CustomField } from './custom-field.js';

/**
 * Everything one Constant Contact account holds, as plain data: it can be cloned, stored and compared.
 * Times are milliseconds since 1970 in whole seconds, the precision of the vendor.
 */
export interface Account {
  /** The vendor's `encoded_account_id`. */
  readonly id: string;
  readonly organizationName: string;
  readonly contactEmail: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly countryCode: string;
  readonly stateCode: string;
  readonly timeZone: string;
  readonly website: string;
  /** Privileges of the person who grants access; a Campaign Creator lacks `contacts:read`. */
  privileges: string[];
  readonly lists: ContactList[];
  readonly tags: Tag[];
  readonly customFields: CustomField[];
  /** Tracking rows name a contact by its position here, so a purged contact keeps its place (`purgedAt`). */
  readonly contacts: Contact[];
  /** Every address that a tracking row mentions; rows name it by position. */
  readonly addresses: string[];
  readonly campaigns: Campaign[];
}

export interface ContactList {
  readonly id: string;
  name: string;
  /** Lists for text messages are hidden unless asked for, though contacts name them among their memberships. */
  readonly channel: 'email' | 'sms';
  description?: string;
  favorite: boolean;
  readonly createdAt: number;
  updatedAt: number;
  deletedAt?: number;
}

export interface Tag {
  readonly id: string;
  name: string;
  readonly source: string;
  readonly createdAt: number;
  updatedAt: number;
}
