import { type Decision, type OptOutEffect, optOutOf } from './decision.js';
import { type SubscriptionRead } from './subscription-read.js';

/** Whether an opt-out is in effect in Klaviyo; `read` is null when Klaviyo does not know the person. */
export function optOutHolds(effect: OptOutEffect, read: SubscriptionRead | null): boolean {
  if (read === null) return false;
  return effect === 'unsubscribe' ? read.consent === 'UNSUBSCRIBED' : read.suppressions.length > 0;
}

/** The opt-out that still has to be written: what already holds is left as it is, with its date and its author. */
export function decideOptOut(decision: Decision, read: SubscriptionRead | null): OptOutEffect | null {
  const effect = optOutOf(decision);
  return effect !== null && !optOutHolds(effect, read) ? effect : null;
}
