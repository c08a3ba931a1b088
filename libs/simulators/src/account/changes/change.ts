import { type BounceCode, type Device } from '../row-codes.js';
import { type Contact, type Source } from '../contact.js';

/** One thing that happens in an account, as data: it can be drawn at random, sent to a running simulator, or written in a test. */
export type Change =
  | { readonly kind: 'add_contact'; readonly contact: Contact }
  | { readonly kind: 'edit_contact'; readonly contactId: string; readonly fields: ContactFields }
  | Unsubscribe
  | Resubscribe
  | { readonly kind: 'set_permission'; readonly contactId: string; readonly permission: string }
  | { readonly kind: 'move_lists'; readonly contactId: string; readonly add?: string[]; readonly remove?: string[] }
  | { readonly kind: 'retag'; readonly contactId: string; readonly add?: string[]; readonly remove?: string[] }
  | { readonly kind: 'delete_contact'; readonly contactId: string }
  | { readonly kind: 'revive_contact'; readonly contactId: string; readonly listId?: string }
  | { readonly kind: 'purge_contact'; readonly contactId: string }
  | ChangeEmail
  | Engage
  | { readonly kind: 'send_campaign'; readonly seed: number; readonly share: number }
  | { readonly kind: 'remove_campaign'; readonly campaignId: string }
  | { readonly kind: 'create_list'; readonly listId: string; readonly name: string }
  | { readonly kind: 'rename_list'; readonly listId: string; readonly name: string }
  | { readonly kind: 'delete_list'; readonly listId: string };

/** `null` takes the value away. Moves the contact's date. */
export interface ContactFields {
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly jobTitle?: string | null;
  readonly companyName?: string | null;
  readonly birthday?: { readonly month: number; readonly day: number } | null;
  readonly phones?: Contact['phones'];
  readonly addresses?: Contact['addresses'];
  readonly customFields?: Contact['customFields'];
}

export interface Unsubscribe {
  readonly kind: 'unsubscribe';
  readonly contactId: string;
  readonly by: Source;
  readonly reason?: string;
  /** The mailing whose link was used: its report gets a row. */
  readonly activityId?: string;
  /** The row alone: the permission keeps reading what it read. */
  readonly rowOnly?: boolean;
  /** The vendor keeps no date. */
  readonly undated?: boolean;
}

export interface Resubscribe {
  readonly kind: 'resubscribe';
  readonly contactId: string;
  /** Otherwise neither the opt-in date nor the contact's own date tells of it. */
  readonly movesDates: boolean;
}

export interface ChangeEmail {
  readonly kind: 'change_email';
  readonly contactId: string;
  readonly address: string;
  /** The vendor gives the new address this permission, and an unsubscribe of the old one is gone. */
  readonly permission?: string;
}

export interface Engage {
  readonly kind: 'engage';
  readonly contactId: string;
  readonly activityId: string;
  readonly type: 'opens' | 'clicks' | 'forwards' | 'bounces' | 'sends';
  readonly device?: Device;
  readonly link?: number;
  readonly code?: BounceCode;
  /** Equal rows in the same second; one by default. */
  readonly times?: number;
}

export type ChangeKind = Change['kind'];
