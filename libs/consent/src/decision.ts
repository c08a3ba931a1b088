/** Which permissions count as consent; implicit ones only if the owner switched that on. Invariant 4. */
export type ConsentMode = 'explicit' | 'explicit_and_implicit';

export interface ConsentOptions {
  readonly consent: ConsentMode;
}

/**
 * What Portage concludes about one person: exactly one of six.
 *
 * `contactId` names the contact whose data make the profile; null means neither profile nor lists, only the opt-out.
 */
export type Decision =
  | {
      readonly kind: 'subscribed';
      readonly reason: 'explicit' | 'implicit';
      readonly contactId: string;
      /** The original opt-in date. */
      readonly consentedAt: number;
      /** The newest opt-out that the source dates and has taken back. */
      readonly optedOutAt: number | null;
    }
  | {
      /** Mailable at the source, consent unproven. */
      readonly kind: 'no_consent';
      readonly reason: 'implicit' | 'opt_in_without_date' | 'opt_in_in_future';
      readonly contactId: string;
    }
  | {
      /** The source would not mail this person at present. */
      readonly kind: 'held';
      readonly reason: 'pending_confirmation' | 'temp_hold' | 'not_set' | 'unknown_permission' | 'held_entry';
      readonly contactId: string | null;
    }
  | {
      readonly kind: 'unsubscribed';
      readonly reason: 'permission' | 'opted_out' | 'opt_out_newer_than_opt_in';
      readonly contactId: string | null;
      /** The newest opt-out; one without a date counts from when it was observed. */
      readonly optedOutAt: number | null;
    }
  | {
      readonly kind: 'suppressed';
      readonly reason: 'bounced' | 'suspended' | 'unknown_reason' | 'address_left';
      readonly contactId: string | null;
    }
  | {
      readonly kind: 'skipped';
      readonly reason: 'no_email' | 'invalid_email' | 'deleted' | 'unknown_person';
    };

export type DecisionKind = Decision['kind'];

export type OptOutEffect = 'unsubscribe' | 'suppress';

/** The opt-out that must hold in Klaviyo before anything else is written for the person. */
export function optOutOf(decision: Decision): OptOutEffect | null {
  switch (decision.kind) {
    case 'unsubscribed':
      return 'unsubscribe';
    // Invariant 4: Klaviyo can mail anyone who is not suppressed, "never subscribed" people included.
    case 'held':
    case 'suppressed':
      return 'suppress';
    case 'subscribed':
    case 'no_consent':
    case 'skipped':
      return null;
  }
}

export function mayLoadProfile(decision: Decision): boolean {
  return decision.kind !== 'skipped' && decision.contactId !== null;
}
