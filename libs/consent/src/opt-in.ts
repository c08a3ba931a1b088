import { type ContactFacts } from './person.js';

/**
 * The contact's opt-in date if it can prove consent. Sources hold dates in the future and none at all: both prove nothing,
 * and Klaviyo refuses a consent date that is not in the past.
 */
export function usableOptIn(contact: ContactFacts, now: number): number | null {
  const at = contact.optInAt;
  return at !== null && Number.isFinite(at) && at > 0 && at < now ? at : null;
}
