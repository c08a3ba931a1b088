import { decideSubscription, movedWithin, type SubscriptionRead, type WrittenOptOut } from '@portage/consent';
import { fresh, type Person, READ_AGE_MS, type Step, type World } from './person.js';
import { subscriptionReadBackAt } from './read-back.js';

/** The last part of the next step. Undefined when no subscription is wanted or it stands. */
export function subscriptionStep(person: Person, world: World): Step | undefined {
  const { decision, state, seen } = person;
  if (decision.kind !== 'subscribed') return undefined;
  const { subscription } = state;
  // In effect before and no opt-out of the source since: what the owner does by hand afterwards is the owner's business.
  if (subscription !== null && subscription.effectiveAt !== null) return undefined;
  // Invariant 3: nobody is subscribed whose present source record does not say so. What is on its way is still looked after.
  if (world.stale && subscription === null) return onStaleWord;
  // Invariant 3: never with an own opt-out in flight, repeats of it included.
  const flying = optOutMayLandUntil(person, world);
  if (flying !== null && world.now < flying) return { do: 'wait', phase: 'subscribe', until: flying };

  const inFlight = subscription !== null && subscription.sentAt !== null;
  if (!inFlight && !world.observed) return awaitPass(world);
  if (!fresh(seen, world.now, READ_AGE_MS)) return { do: 'look' };
  const action = decideSubscription({ decision, read: seen.read, written: writtenAsRead(person, seen.read, world) });
  if (action.action === 'already') return { do: 'note', state: inEffect(person, world.now) };
  if (inFlight && world.now < landsBy(person, world)) {
    return {
      do: 'wait',
      phase: 'subscription',
      until: subscriptionReadBackAt(subscription.sentAt ?? world.now, world),
    };
  }
  switch (action.action) {
    case 'subscribe':
      if (world.stale) return onStaleWord;
      if (!world.observed) return awaitPass(world);
      if (hadNoEffect(person)) return conflictOf(person, 'subscription_without_effect');
      return { do: 'subscribe', consentedAt: action.consentedAt };
    case 'conflict':
      return conflictOf(person, action.reason);
    case 'wait':
      return { do: 'wait', phase: 'opt_out', until: world.now + world.readBackMs };
    case 'none':
      return undefined;
  }
}

/** The person is loaded and not subscribed. */
export const STALE_SOURCE = 'stale_source';
const onStaleWord: Step = { do: 'finish', result: { outcome: 'skipped', reason: STALE_SOURCE } };

/** Whoever settles the pass's mark wakes the people; looking again covers the moment between the two. */
export function awaitPass({ now }: World): Step {
  return { do: 'wait', phase: 'pass', until: now + PASS_MS };
}

const PASS_MS = 20_000;

function conflictOf({ state }: Person, reason: string): Step | undefined {
  return state.conflict === reason ? undefined : { do: 'note', state: { conflict: reason } };
}

/**
 * Klaviyo accepts subscriptions of addresses that look like tests and does nothing: asking for ever would settle nothing. A request
 * that got no answer says nothing of the kind, however often it was sent.
 */
function hadNoEffect({ state, decision }: Person): boolean {
  const { subscription } = state;
  if (subscription === null || decision.kind !== 'subscribed') return false;
  return subscription.acceptances >= MOST_ACCEPTED && subscription.consentedAt === decision.consentedAt;
}

const MOST_ACCEPTED = 2;

function inEffect({ state, decision }: Person, now: number) {
  const consentedAt = decision.kind === 'subscribed' ? decision.consentedAt : now;
  const base = state.subscription ?? { consentedAt, sentAt: null, accepted: true, sends: 0, acceptances: 0 };
  return { subscription: { ...base, effectiveAt: now }, conflict: null, optOut: null, written: null };
}

/**
 * When a subscription that does not show counts as lost; sooner when it is not known that it was ever accepted. Invariant 3: one
 * that is sent again while the first is on its way could land on an opt-out in between, so never much sooner than it can land.
 */
function landsBy({ state }: Person, { reassertMs, landsWithinMs }: World): number {
  const { subscription } = state;
  if (subscription === null || subscription.sentAt === null) return 0;
  const { sentAt, accepted } = subscription;
  return sentAt + (accepted ? Math.max(reassertMs, landsWithinMs / 2) : Math.max(reassertMs, landsWithinMs * 0.9) / 3);
}

/** An opt-out sent more than once may land more than once. */
function optOutMayLandUntil({ state }: Person, { reassertMs }: World): number | null {
  const { optOut } = state;
  return optOut !== null && optOut.sentAt !== null && optOut.sends > 1 ? optOut.sentAt + reassertMs : null;
}

/**
 * What Portage wrote, with the record that it left. A repeat of an opt-out may have landed after the first was read back and moved
 * its dates; dates of any other time are somebody else's.
 */
function writtenAsRead(
  { state: { optOut, written } }: Person,
  read: SubscriptionRead | null,
  { landsWithinMs }: World,
): WrittenOptOut | null {
  if (written?.readBack == null || read === null || optOut?.sentAt == null || optOut.sends < 2) return written;
  const span = { from: optOut.sentAt - CLOCK_SKEW_MS, until: optOut.sentAt + landsWithinMs };
  return movedWithin(written.readBack, read, span) ? { ...written, readBack: read } : written;
}

const CLOCK_SKEW_MS = 60_000;
