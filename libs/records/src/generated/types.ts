// Generated from schemas/*.avsc by `npm run schemas:generate`; do not edit.

export const operationSymbols = ['snapshot', 'upsert', 'delete', 'unknown'] as const;
/** What the poller saw: a first full read, a change, or an end. A delete carries the last known value. */
export type Operation = (typeof operationSymbols)[number];

/** Where a record comes from and how it is ordered. */
export interface Meta {
  /** What the poller saw. */
  readonly op: Operation;
  /** The connection that was read; first half of the key. */
  readonly connectionId: string;
  /** The Constant Contact account behind the connection. */
  readonly accountId: string;
  /** The pass that published this record. */
  readonly runId: string;
  /** When the source answered; also the Kafka timestamp. */
  readonly observedAt: number;
  /** Order among the records of one key: the larger is the newer. */
  readonly version: number;
}

export const activityTypeSymbols = ['sent', 'opened', 'clicked', 'bounced', 'opted_out', 'forwarded', 'unknown'] as const;
/** What happened. */
export type ActivityType = (typeof activityTypeSymbols)[number];

/** Something that happened between a mailing and a contact. Key: connection and contact id. */
export interface Activity {
  /** Origin and order. */
  readonly meta: Meta;
  /** The source's id of the contact; second half of the key. */
  readonly contactId: string;
  /** What happened. */
  readonly type: ActivityType;
  /** The campaign the mailing belongs to. */
  readonly campaignId: string;
  /** The mailing itself: a campaign can have several. */
  readonly campaignActivityId: string;
  /** The campaign's name as shown to the owner. */
  readonly campaignName: string | null;
  /** Subject line of the mailing. */
  readonly subject: string | null;
  /** The normalised address at that time. */
  readonly email: string | null;
  /** When it happened. */
  readonly createdAt: number;
  /** The address that was clicked. */
  readonly url: string | null;
  /** The source's id of the clicked link. */
  readonly urlId: string | null;
  /** Kind of device, as the source has it. */
  readonly device: string | null;
  /** The source's letter for the kind of bounce. */
  readonly bounceCode: string | null;
  /** What the contact gave as the reason for leaving. */
  readonly optOutReason: string | null;
  /** Identity of this happening, the same in every later read. */
  readonly dedupKey: string;
}

export const phoneKindSymbols = ['home', 'work', 'mobile', 'other', 'unknown'] as const;
/** What the number is for. */
export type PhoneKind = (typeof phoneKindSymbols)[number];

/** A telephone number and what it is for. */
export interface Phone {
  /** What the number is for. */
  readonly kind: PhoneKind;
  /** The number as the source has it, in any notation. */
  readonly number: string;
}

export const addressKindSymbols = ['home', 'work', 'other', 'unknown'] as const;
/** What the address is for. */
export type AddressKind = (typeof addressKindSymbols)[number];

/** A postal address and what it is for. */
export interface Address {
  /** What the address is for. */
  readonly kind: AddressKind;
  /** Street and number. */
  readonly street: string | null;
  /** Town. */
  readonly city: string | null;
  /** State or region. */
  readonly state: string | null;
  /** Postal code. */
  readonly postalCode: string | null;
  /** Country, by name or code, as the source has it. */
  readonly country: string | null;
}

/** A value of a field that the owner defined. */
export interface CustomField {
  /** The source's id of the field. */
  readonly id: string;
  /** The field's name as shown to the owner. */
  readonly label: string;
  /** The source's word for the kind of value. */
  readonly type: string;
  /** The values, choices already resolved to their labels. */
  readonly values: readonly string[];
}

export const permissionSymbols = ['explicit', 'implicit', 'not_set', 'pending_confirmation', 'temp_hold', 'unsubscribed', 'unknown'] as const;
/** Constant Contact's word for whether it may mail this contact. */
export type Permission = (typeof permissionSymbols)[number];

/** The contact's text message channel. */
export interface SmsChannel {
  /** The number that receives text messages, as the source has it. */
  readonly address: string;
  /** Country calling code. */
  readonly dialCode: string | null;
  /** Two-letter country code. */
  readonly countryCode: string | null;
  /** The source's word for whether it may send text messages. */
  readonly permission: string;
  /** When the contact agreed to text messages. */
  readonly optInAt: number | null;
  /** When the contact refused text messages. */
  readonly optOutAt: number | null;
}

/** A contact in its present state. Key: connection and contact id. */
export interface Contact {
  /** Origin and order. */
  readonly meta: Meta;
  /** The source's id of the contact; second half of the key. */
  readonly contactId: string;
  /** The address exactly as the source has it. */
  readonly emailAddress: string | null;
  /** The normalised address, which names the person; absent when the address is missing or unusable. */
  readonly email: string | null;
  /** Given name. */
  readonly firstName: string | null;
  /** Family name. */
  readonly lastName: string | null;
  /** Job title. */
  readonly jobTitle: string | null;
  /** Company. */
  readonly companyName: string | null;
  /** Month of birth, 1 to 12. */
  readonly birthdayMonth: number | null;
  /** Day of birth, 1 to 31; the source keeps no year. */
  readonly birthdayDay: number | null;
  /** A date as the source writes it. */
  readonly anniversary: string | null;
  /** Telephone numbers in the source's order. */
  readonly phones: readonly Phone[];
  /** Postal addresses in the source's order. */
  readonly addresses: readonly Address[];
  /** Custom fields that have a value. */
  readonly customFields: readonly CustomField[];
  /** Names of the contact's tags. */
  readonly tags: readonly string[];
  /** Ids of the lists the contact is in. */
  readonly listIds: readonly string[];
  /** Whether the source may mail this contact; an unknown word means no consent. */
  readonly permission: Permission;
  /** Who recorded the opt-in: the contact or the account. */
  readonly optInSource: string | null;
  /** When the contact opted in; may be wrong, even in the future. */
  readonly optInAt: number | null;
  /** Who recorded the opt-out: the contact or the account. */
  readonly optOutSource: string | null;
  /** When the contact opted out. */
  readonly optOutAt: number | null;
  /** What the contact gave as the reason. */
  readonly optOutReason: string | null;
  /** When the source says it was created. */
  readonly createdAt: number | null;
  /** When the source says it last changed; not every change moves it. */
  readonly updatedAt: number | null;
  /** When the source says it was deleted, or when it was first missed. */
  readonly deletedAt: number | null;
  /** Text message channel, when there is one. */
  readonly sms: SmsChannel | null;
}

export const stageSymbols = ['poller', 'loader', 'unknown'] as const;
/** Which service gave it up. */
export type Stage = (typeof stageSymbols)[number];

/** A record that could not be published or loaded, with everything needed to explain and repeat it. */
export interface DeadLetter {
  /** The topic it was read from; absent when it never reached one. */
  readonly topic: string | null;
  /** The partition it was read from. */
  readonly partition: number | null;
  /** The offset it was read from. */
  readonly offset: number | null;
  /** Its key, byte for byte. */
  readonly key: Buffer | null;
  /** Its value, byte for byte. */
  readonly value: Buffer | null;
  /** The registry's id of the schema it was written with. */
  readonly schemaId: number | null;
  /** The connection it belongs to. */
  readonly connectionId: string | null;
  /** The Klaviyo account that refused it. */
  readonly target: string | null;
  /** The stream it belongs to. */
  readonly stream: string | null;
  /** The source's id of what it is about. */
  readonly sourceId: string | null;
  /** The error code, dotted and stable. */
  readonly code: string;
  /** What was wrong in words that name no person. */
  readonly reason: string;
  /** Which service gave it up. */
  readonly stage: Stage;
  /** The pass that gave it up. */
  readonly runId: string | null;
  /** When it was given up. */
  readonly failedAt: number;
}

/** A contact list. Key: connection and list id. */
export interface List {
  /** Origin and order. */
  readonly meta: Meta;
  /** The source's id of the list; second half of the key. */
  readonly listId: string;
  /** The name as shown to the owner; two lists may share one. */
  readonly name: string;
  /** The owner's note about the list. */
  readonly description: string | null;
  /** Whether the owner marked it as a favourite. */
  readonly favorite: boolean;
  /** When the source says it was created. */
  readonly createdAt: number | null;
  /** When the source says it last changed; not every change moves it. */
  readonly updatedAt: number | null;
  /** When the source says it was deleted, or when it was first missed. */
  readonly deletedAt: number | null;
  /** How many contacts the source counts in the list. */
  readonly membershipCount: number | null;
}

export const streamSymbols = ['lists', 'contacts', 'suppressions', 'activities', 'unknown'] as const;
/** One kind of record read from a connection. */
export type Stream = (typeof streamSymbols)[number];

/** The statement that one stream of one connection was read completely. Key: connection and stream. */
export interface Mark {
  /** The connection that was read; first half of the key. */
  readonly connectionId: string;
  /** The stream that was read; second half of the key. */
  readonly stream: Stream;
  /** The pass that read it. */
  readonly runId: string;
  /** When the last record was acknowledged. */
  readonly completedAt: number;
  /** End offset of every partition of the stream's topic, by partition number, read after the last acknowledged record. */
  readonly endOffsets: readonly number[];
}

export const suppressionReasonSymbols = ['unsubscribed', 'bounced', 'suspended', 'held', 'unknown'] as const;
/** Why the address may not be mailed. */
export type SuppressionReason = (typeof suppressionReasonSymbols)[number];

export const suppressionSourceSymbols = ['contact', 'account', 'report', 'unknown'] as const;
/** Where the reason was seen: recorded by the contact, by the account, or read from a report. */
export type SuppressionSource = (typeof suppressionSourceSymbols)[number];

/** One reason not to mail one address. An entry is never dropped, only set inactive. */
export interface SuppressionEntry {
  /** The normalised address the reason holds for. */
  readonly address: string;
  /** Whether the reason still holds. */
  readonly active: boolean;
  /** Why the address may not be mailed. */
  readonly reason: SuppressionReason;
  /** Where the reason was seen. */
  readonly source: SuppressionSource;
  /** When it happened, as far as the source says. */
  readonly occurredAt: number | null;
  /** When it stopped to hold. */
  readonly liftedAt: number | null;
  /** The mailing it happened to, for reasons read from a report. */
  readonly campaignActivityId: string | null;
  /** The source's letter for the kind of bounce. */
  readonly bounceCode: string | null;
}

/** All reasons not to mail one contact, over every address it ever had. Key: connection and contact id. */
export interface Suppression {
  /** Origin and order. */
  readonly meta: Meta;
  /** The source's id of the contact; second half of the key. */
  readonly contactId: string;
  /** The contact's present normalised address. */
  readonly email: string | null;
  /** When the contact was deleted; its entries stay in force. */
  readonly deletedAt: number | null;
  /** Every reason ever seen, active or not. */
  readonly entries: readonly SuppressionEntry[];
}
