import { type Decision, type OptOutEffect, optOutOf } from './decision.js';
import { isSuppressed, type SubscriptionRead } from './subscription-read.js';

/**
 * Whether an opt-out is in effect in Klaviyo; `read` is null when Klaviyo does not know the person.
 *
 * Klaviyo mails whoever nothing suppresses, so the word UNSUBSCRIBED that somebody else left is not believed without a
 * suppression or a word that the person cannot be mailed.
 *
 * @param ownWord  Portage has unsubscribed the person since: then the word alone is enough
 */
export function optOutHolds(effect: OptOutEffect, read: SubscriptionRead | null, ownWord = false): boolean {
  if (read === null) return false;
  const suppressed = isSuppressed(read);
  return effect === 'suppress' ? suppressed : read.consent === 'UNSUBSCRIBED' && (ownWord || suppressed);
}

/** The opt-out that still has to be written: what already holds is left as it is, with its date and its author. */
export function decideOptOut(decision: Decision, read: SubscriptionRead | null): OptOutEffect | null {
  const effect = optOutOf(decision);
  return effect !== null && !optOutHolds(effect, read) ? effect : null;
}
