import { type World } from './person.js';

/**
 * When to look next for an opt-out that was asked for at `sentAt`: soon at first, then at growing distances, so that ten
 * thousand effects that take three minutes do not spend the read quota on looking.
 */
export function readBackAt(sentAt: number, { now, readBackMs }: World): number {
  return now + Math.max(readBackMs, Math.min((now - sentAt) / 3, readBackMs * 4));
}

/** When to look next for a subscription: nobody is at risk while it does not show, and it takes a minute at least. */
export function subscriptionReadBackAt(sentAt: number, { now, readBackMs }: World): number {
  return Math.max(sentAt + readBackMs * 4, now + readBackMs * 2);
}
