import { type Decision, type OptOutEffect, optOutOf } from './decision.js';
import { type SubscriptionRead } from './subscription-read.js';

/**
 * What is kept of the opt-outs that Portage itself wrote for a person since it last subscribed them. Plain JSON.
 * What somebody else wrote is never in it, and so is never lifted.
 */
export interface WrittenOptOut {
  readonly effects: readonly OptOutEffect[];
  readonly causes: readonly ('unsubscribed' | 'held' | 'suppressed')[];
  /** The source's newest opt-out when it was written. */
  readonly optedOutAt: number | null;
  readonly writtenAt: number;
  /** Klaviyo's record once the effect was seen; null while it is in flight. */
  readonly readBack: SubscriptionRead | null;
}

/**
 * The entry to keep after writing the opt-out of `decision`, joined with what was kept before.
 *
 * @returns `before` when the decision is no opt-out
 */
export function writtenOptOut(
  decision: Decision,
  writtenAt: number,
  readBack: SubscriptionRead | null,
  before: WrittenOptOut | null = null,
): WrittenOptOut | null {
  const effect = optOutOf(decision);
  if (effect === null) return before;
  const cause = decision.kind as 'unsubscribed' | 'held' | 'suppressed';
  const optedOutAt = decision.kind === 'unsubscribed' ? decision.optedOutAt : null;
  return {
    effects: [...new Set([...(before?.effects ?? []), effect])].sort(),
    causes: [...new Set([...(before?.causes ?? []), cause])].sort(),
    optedOutAt: latest(before?.optedOutAt ?? null, optedOutAt),
    writtenAt,
    readBack,
  };
}

export function latest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
