import { isDaySpent } from '@portage/constant-contact';
import { dispositionOf, isAbort, isPortageError } from '@portage/platform';

export type RunOutcome =
  | { readonly kind: 'done' }
  /** Given up by this process; another, or this one later, goes on. */
  | { readonly kind: 'left' }
  | { readonly kind: 'parked'; readonly reason: string; readonly resumeAt: number }
  | { readonly kind: 'paused'; readonly reason: string; readonly resumeAt: number }
  | { readonly kind: 'failed'; readonly reason: string };

const DAY = 86_400_000;
const LONGEST_PAUSE = 300_000;
/** So that not all that waited for the reset start in the same second. */
const JITTER = 60_000;

/** What becomes of a pass that was broken off by an error. Pure but for the jitter, which is given. */
export function outcomeOf(error: unknown, failures: number, now: number, random: number): RunOutcome {
  if (isAbort(error) || isHandover(error)) return { kind: 'left' };
  const reason = isPortageError(error) ? error.message : 'Something unexpected broke the pass off; the log has more.';
  if (isDaySpent(error)) return { kind: 'parked', reason, resumeAt: nextReset(now) + Math.floor(random * JITTER) };
  const retried = ['retry', 'throttle', 'reauthorize'].includes(dispositionOf(error)) || !isPortageError(error);
  if (!retried) return { kind: 'failed', reason };
  const pause = Math.min(LONGEST_PAUSE, 1000 * 2 ** Math.min(failures, 10));
  return { kind: 'paused', reason, resumeAt: now + pause * (0.5 + random / 2) };
}

/** Somebody else holds the connection now, and goes on with the pass. */
function isHandover(error: unknown): boolean {
  return isPortageError(error) && ['poller.lease_lost', 'poller.page_lost', 'kafka.fenced'].includes(error.code);
}

/** The vendor counts days in UTC. */
function nextReset(now: number): number {
  return (Math.floor(now / DAY) + 1) * DAY + 1000;
}
