import { type Decision, type OptOutEffect, type SubscriptionRead, type WrittenOptOut } from '@portage/consent';
import { type Contact } from '@portage/records';

/** A contact record as the ledger holds it. */
export interface HeldContact {
  readonly key: string;
  readonly connectionId: string;
  readonly version: number;
  readonly contact: Contact;
  /** No outcome yet, or parked. */
  readonly open: boolean;
  readonly partition: number;
  readonly offset: number;
}

/** Klaviyo's record of a person, and when it was read; `profileId` is null for somebody Klaviyo does not know. */
export interface Seen {
  readonly at: number;
  readonly profileId: string | null;
  readonly read: SubscriptionRead | null;
}

/** The opt-out that the source asks for: sent, seen to hold, or both. Kept as JSON. */
export interface OptOutState {
  /** The source's opt-out that this answers. A newer one is looked after anew, a redelivered one is not. */
  readonly basis: string;
  readonly effect: OptOutEffect;
  readonly reason: string;
  /** Last time it was sent; null when it already held. Milliseconds, like every time here. */
  readonly sentAt: number | null;
  readonly sends: number;
  /** Sends that Klaviyo said yes to; absent: none. */
  readonly acknowledged?: number;
  readonly heldAt: number | null;
  /** Klaviyo said UNSUBSCRIBED when it was sent, yet nothing suppressed the person: that word is no sign of the effect. */
  readonly bare?: boolean;
}

/** The subscription that Portage wrote or found. Kept as JSON. */
export interface SubscriptionState {
  readonly consentedAt: number;
  /** Stored before the request leaves; null when Klaviyo had it already. */
  readonly sentAt: number | null;
  /** Klaviyo said yes. Without that the request may or may not have been carried out. */
  readonly accepted: boolean;
  readonly sends: number;
  /** Sends that Klaviyo said yes to. */
  readonly acceptances: number;
  readonly effectiveAt: number | null;
}

/** A profile that is to get this person's address, because a contact moved here from the one that it has. Kept as JSON. */
export interface RenameState {
  /** The address that the contact left. */
  readonly from: string;
  readonly profileId: string;
  /** Stored before the request leaves. */
  readonly sentAt: number;
  /** Why Klaviyo refused: the person is loaded as itself then. Null: it may have been carried out. */
  readonly refused: string | null;
}

/** What the last import wrote. Kept as JSON. */
export interface ProfileState {
  readonly fingerprint: string;
  readonly fields: readonly string[];
  readonly phone: string | null;
}

/** What Klaviyo refused. Kept as JSON. */
interface Rejection {
  readonly code: string;
  /** Of the profile that was refused; null when it was written without its phone number afterwards. */
  readonly fingerprint: string | null;
  /** A number that was in a refused profile: it is not sent again. */
  readonly phone?: string | null;
}

/** What Portage has written for a person and what is under way. */
export interface PersonState {
  readonly optOut: OptOutState | null;
  /** Portage's own opt-out writes since it last subscribed the person; what lifting one depends on. */
  readonly written: WrittenOptOut | null;
  readonly subscription: SubscriptionState | null;
  readonly profile: ProfileState | null;
  /** Klaviyo lists that Portage has put the person into. */
  readonly lists: readonly string[];
  readonly openJobs: number;
  /** Imports in a row that failed in part without saying for whom. Jobs count it. */
  readonly unexplained: number;
  readonly rejected: Rejection | null;
  readonly rename: RenameState | null;
  readonly inherited: boolean;
  readonly conflict: string | null;
  /** Something was written since the last outcome. */
  readonly wrote: boolean;
}

/** Of somebody for whom nothing was ever written. */
export const nothingWritten: PersonState = {
  optOut: null,
  written: null,
  subscription: null,
  profile: null,
  lists: [],
  openJobs: 0,
  unexplained: 0,
  rejected: null,
  rename: null,
  inherited: false,
  conflict: null,
  wrote: false,
};

/** The lists that the person should be in, as far as they exist in Klaviyo. */
export interface WantedLists {
  readonly ready: readonly string[];
  /** Memberships that stay if present: those of deleted contacts. */
  readonly kept: readonly string[];
  /** Source lists that do not exist in Klaviyo yet. */
  readonly awaited: readonly string[];
  /** Some of the awaited ones will exist within moments: better one import than two. */
  readonly soon: boolean;
}

/** An address that a contact of the person had before. */
export interface Former {
  readonly address: string;
  /** Null: Klaviyo does not know it. */
  readonly profileId: string | null;
  readonly read: SubscriptionRead | null;
  /** What Portage has written for it. */
  readonly state: PersonState | null;
  /** Nobody else has had it, and nobody has it now. */
  readonly vacant: boolean;
  /** What was sent to it of late and may still be on its way; null: nothing. */
  readonly events: FormerEvents | null;
}

interface FormerEvents {
  readonly lastRequest: number;
  readonly lastAt: number;
  /** Klaviyo shows every one of them, and none left twice. */
  readonly landed: boolean;
}

/** Everything that the next step depends on. */
export interface Person {
  readonly email: string;
  readonly inputs: number;
  readonly contacts: readonly HeldContact[];
  readonly decision: Decision;
  readonly lists: WantedLists;
  readonly state: PersonState;
  readonly seen: Seen | null;
  /** Addresses that the person's contacts had before. */
  readonly formerAddresses: readonly string[];
  /** What there is at these addresses; undefined until it was looked at. */
  readonly formers: readonly Former[] | undefined;
  /** Whoever left this address has not been decided on yet and may take its profile along. */
  readonly yielding: boolean;
  /** What an import would write: as the last one did, or as was worked out; undefined until then. */
  readonly mapped: ProfileState | { readonly rejected: string } | undefined;
}

export interface World {
  readonly now: number;
  /** Invariant 3: the connections' opt-outs are all in effect; profiles, lists and subscriptions may follow. */
  readonly gateOpen: boolean;
  /**
   * The pass that published what is known of the person is read to its end, reports included: an opt-out in one of them
   * comes after the contact.
   */
  readonly observed: boolean;
  /** The source spoke too long ago, or has spoken since: nobody is subscribed on such word. Only of what a replay brought. */
  readonly stale: boolean;
  readonly readBackMs: number;
  /** How long an asynchronous effect may take before it counts as lost. */
  readonly reassertMs: number;
  /** How long a subscription or an event may still land, though it counts as lost. */
  readonly landsWithinMs: number;
}

export type Phase =
  | 'new'
  | 'gate'
  | 'pass'
  | 'opt_out'
  /** As `opt_out`, for somebody whom Klaviyo does not know and who is therefore at no risk: nobody else waits. */
  | 'absent'
  | 'lists'
  | 'load'
  | 'jobs'
  /** A profile is about to go from one address to another. */
  | 'rename'
  | 'subscribe'
  | 'subscription'
  | 'retry'
  | 'parked'
  | 'done';

export type Outcome =
  | { readonly outcome: 'delivered' | 'unchanged'; readonly reason: null }
  | { readonly outcome: 'skipped' | 'rejected'; readonly reason: string };

export type Step =
  /** Read Klaviyo's record of the person. */
  | { readonly do: 'look' }
  /** Work out what an import would write. */
  | { readonly do: 'map' }
  /** Something was learned: keep it and decide again. */
  | { readonly do: 'note'; readonly state: Partial<PersonState> }
  /** Send the opt-out; `state` is what to keep before the request leaves. */
  | { readonly do: 'opt_out'; readonly effect: OptOutEffect; readonly state: Partial<PersonState> }
  /** Give the profile of a former address this one; `sent`: it has been, and the ledger is to say so. */
  | { readonly do: 'rename'; readonly from: string; readonly profileId: string; readonly sent: boolean }
  | { readonly do: 'import'; readonly profile: boolean; readonly lists: readonly string[] }
  | { readonly do: 'leave'; readonly lists: readonly string[] }
  | { readonly do: 'subscribe'; readonly consentedAt: number }
  | { readonly do: 'wait'; readonly phase: Phase; readonly until: number | null }
  | { readonly do: 'finish'; readonly result: Outcome };

/** Reads older than this decide nothing (invariant 3). */
export const FRESH_MS = 60_000;

/** Of a read that a request is decided on: leaves room for the way to the request, which is no later than `FRESH_MS` after it. */
export const READ_AGE_MS = 30_000;

export function fresh(seen: Seen | null, now: number, maxAgeMs = FRESH_MS): seen is Seen {
  return seen !== null && now - seen.at <= maxAgeMs;
}
