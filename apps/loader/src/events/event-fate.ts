import { type Activity } from '@portage/records';

/** What the ledger says of the contact that an activity belongs to. */
export interface ContactStanding {
  /** Null: the ledger has no such contact. */
  readonly contact: {
    readonly email: string | null;
    readonly outcome: string | null;
    readonly reason: string | null;
  } | null;
  readonly person: {
    readonly ready: boolean;
    readonly exposed: boolean;
    readonly skipped: string | null;
    /** An opt-out was seen to hold. */
    readonly optedOut: boolean;
  } | null;
  /** Every contact that was published before this activity is in the ledger. */
  readonly contactsComplete: boolean;
}

export type EventFate =
  | {
      readonly do: 'send';
      readonly email: string;
      /** Not to somebody whom Klaviyo does not know any more. */
      readonly optedOut: boolean;
    }
  | { readonly do: 'skip'; readonly reason: string }
  | { readonly do: 'wait' };

/**
 * Whether an activity may become an event. An event makes its person exist and mailable, so it follows only people who are
 * settled, with their opt-outs in effect, and goes to the address that the contact has now.
 */
export function eventFate(
  standing: ContactStanding,
  options: { readonly collectEngagement: boolean; readonly working: boolean },
): EventFate {
  if (!options.collectEngagement) return { do: 'skip', reason: 'not_wanted' };
  const { contact, person, contactsComplete } = standing;
  // The same pass may have published before it that the contact is deleted or has opted out.
  if (!contactsComplete) return { do: 'wait' };
  if (contact === null) return { do: 'skip', reason: 'deleted' };
  if (contact.email === null) return { do: 'skip', reason: contact.reason ?? 'no_email' };
  if (contact.outcome === null || contact.outcome === 'parked') return { do: 'wait' };
  if (person === null || person.exposed || !options.working) return { do: 'wait' };
  if (person.skipped !== null) return { do: 'skip', reason: person.skipped };
  return person.ready ? { do: 'send', email: contact.email, optedOut: person.optedOut } : { do: 'wait' };
}

/** Two records of one happening may not share a request: Klaviyo refuses the request for it. One of them is enough. */
export function happeningOf(activity: Activity, email: string): string {
  return `${activity.type} ${activity.dedupKey} ${email}`;
}
