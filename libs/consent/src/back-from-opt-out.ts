import { secondOf } from '@portage/records';
import { type Decision } from './decision.js';
import { isOptedOut, sameRead, type SubscriptionRead } from './subscription-read.js';
import { latest, type WrittenOptOut } from './written-opt-out.js';

export interface SubscriptionInput {
  readonly decision: Decision;
  /** Read at most 60 seconds ago; null when Klaviyo does not know the person. */
  readonly read: SubscriptionRead | null;
  readonly written: WrittenOptOut | null;
}

export type ConflictReason =
  'opted_out_in_klaviyo' | 'bounced' | 'implicit_consent' | 'opt_in_not_newer' | 'changed_since_written' | 'unreadable';

export type SubscriptionAction =
  | { readonly action: 'subscribe'; readonly consentedAt: number }
  | { readonly action: 'already' }
  /** Left as it is and listed for the owner. */
  | { readonly action: 'conflict'; readonly reason: ConflictReason }
  /** An own opt-out is in flight: read again later. */
  | { readonly action: 'wait' }
  /** The decision does not ask for a subscription. */
  | { readonly action: 'none' };

/**
 * Whether to subscribe a person, given what Klaviyo holds. Subscribing removes Klaviyo's suppressions (its description of
 * the bulk subscribe says so), so it is the one write that can undo an opt-out.
 *
 * Invariant 3: an opt-out in Klaviyo is lifted only if Portage wrote it, Klaviyo's record of it is still the one read back
 * then, and the source has an explicit opt-in newer than its opt-out. A bounce is never lifted.
 */
export function decideSubscription({ decision, read, written }: SubscriptionInput): SubscriptionAction {
  if (decision.kind !== 'subscribed') return { action: 'none' };
  if (written !== null && written.readBack === null) return { action: 'wait' };
  const subscribe: SubscriptionAction = { action: 'subscribe', consentedAt: decision.consentedAt };
  if (read === null) return subscribe;
  if (isOptedOut(read)) {
    const reason = whyNotLifted(decision, read, written);
    return reason === null ? subscribe : { action: 'conflict', reason };
  }
  if (read.consent === 'SUBSCRIBED') return { action: 'already' };
  if (read.consent === 'NEVER_SUBSCRIBED') return subscribe;
  return { action: 'conflict', reason: 'unreadable' };
}

function whyNotLifted(
  decision: Extract<Decision, { kind: 'subscribed' }>,
  read: SubscriptionRead,
  written: WrittenOptOut | null,
): ConflictReason | null {
  if (read.suppressions.some(({ reason }) => /BOUNCE|INVALID/.test(reason))) return 'bounced';
  if (written === null || written.readBack === null) return 'opted_out_in_klaviyo';
  if (written.causes.includes('suppressed')) return 'bounced';
  if (decision.reason !== 'explicit') return 'implicit_consent';
  if (!sameRead(read, written.readBack)) return 'changed_since_written';
  if (!onlyOwn(read, written)) return 'opted_out_in_klaviyo';
  const optedOutAt = latest(decision.optedOutAt, written.optedOutAt);
  if (optedOutAt === null) return written.causes.includes('unsubscribed') ? 'opt_in_not_newer' : null;
  return secondOf(decision.consentedAt) > secondOf(optedOutAt) ? null : 'opt_in_not_newer';
}

/** A read-back can already show somebody else's opt-out next to ours, such as a complaint; that one is not ours to lift. */
function onlyOwn(read: SubscriptionRead, written: WrittenOptOut): boolean {
  const unsubscribed = written.effects.includes('unsubscribe');
  const suppressed = written.effects.includes('suppress');
  if (read.consent === 'UNSUBSCRIBED' && !unsubscribed) return false;
  // Suppressed without a word of it: whose that is cannot be told.
  if (read.consent !== 'UNSUBSCRIBED' && read.suppressions.length === 0) return false;
  return read.suppressions.every(
    ({ reason }) => (reason === 'UNSUBSCRIBE' && unsubscribed) || (suppressed && byHand.includes(reason)),
  );
}

/** What a suppression by hand or by the API reads as: the description's word, and that of the vendor's older guide. */
const byHand = ['USER_SUPPRESSED', 'USER_INITIATED'];
