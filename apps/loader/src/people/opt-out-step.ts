import { type Decision, isSuppressed, optOutHolds, type OptOutEffect, writtenOptOut } from '@portage/consent';
import {
  fresh,
  FRESH_MS,
  type OptOutState,
  type Person,
  type PersonState,
  type Seen,
  type Step,
  type SubscriptionState,
  type World,
} from './person.js';
import { readBackAt } from './read-back.js';

/**
 * The part of the next step that keeps people from being mailed. Undefined when nothing of an opt-out is outstanding.
 *
 * Klaviyo answers an unsubscribe or a suppression with an empty "accepted" and carries it out minutes later, so an opt-out is
 * done when a read shows it. Its effects may land in any order: while a subscription of ours may still land, the opt-out is
 * read again and again and repeated as soon as it does not hold.
 */
export function optOutStep(person: Person, world: World): Step | undefined {
  const wanted = wantedOptOut(person.decision);
  return wanted ? bringAbout(person, wanted, world) : settleInFlight(person, world);
}

/**
 * Stored as the fingerprint of a rejection: the address itself was refused, so it can be neither mailed nor opted out. Believed
 * only while Klaviyo does not know the address: whom it knows it can mail, so there something else was wrong.
 */
export const ADDRESS_REFUSED = 'address';

interface WantedOptOut {
  readonly effect: OptOutEffect;
  readonly reason: string;
  readonly basis: string;
}

function wantedOptOut(decision: Decision): WantedOptOut | undefined {
  const { kind, reason } = decision;
  switch (kind) {
    case 'unsubscribed':
      return { effect: 'unsubscribe', reason, basis: `unsubscribe:${decision.optedOutAt ?? 'undated'}` };
    case 'suppressed':
    case 'held':
      return { effect: 'suppress', reason, basis: `suppress:${kind}` };
    case 'subscribed':
    case 'no_consent':
    case 'skipped':
      return undefined;
  }
}

function bringAbout(person: Person, wanted: WantedOptOut, world: World): Step | undefined {
  const { state, seen } = person;
  const { now } = world;
  const current = currentOf(state.optOut, wanted);
  const flying = flyingSubscription(state, world);
  // Seen to hold once and nothing of ours can undo it: what the owner does by hand afterwards is the owner's business.
  if (current !== null && current.heldAt !== null && flying === null) return undefined;
  if (state.rejected?.fingerprint === ADDRESS_REFUSED) {
    if (seen === null) return { do: 'look' };
    if (seen.read === null) return { do: 'finish', result: { outcome: 'rejected', reason: state.rejected.code } };
  }
  if (!fresh(seen, now)) return { do: 'look' };
  if (holds(current, wanted.effect, seen, world)) {
    // Invariant 3: a subscription of ours is still on its way, so holding now is not holding.
    const risk = flying === null ? now : flying.sentAt + world.landsWithinMs;
    if (now < risk) return { do: 'wait', phase: 'opt_out', until: Math.min(risk, now + world.readBackMs) };
    return { do: 'note', state: held(person, wanted, current, seen) };
  }
  // It landed, before or after the opt-out was sent: repeating that is harmless, trusting it is not.
  const news = flying?.effectiveAt === null || now - (current?.sentAt ?? 0) >= world.reassertMs / 3;
  if (flying !== null && isMailed(seen) && news) {
    return send(person, wanted, current, now, { ...flying, effectiveAt: now });
  }
  if (current?.sentAt == null) return send(person, wanted, current, now);
  const { sentAt } = current;
  const landing = state.openJobs > 0 || (flying !== null && now < flying.sentAt + world.landsWithinMs);
  if (seen.read === null && !landing) return awaitAppearance(person, wanted, { ...current, sentAt }, world);
  if (now - sentAt >= world.reassertMs) return send(person, wanted, current, now);
  return { do: 'wait', phase: 'opt_out', until: readBackAt(sentAt, world) };
}

/**
 * The opt-out of somebody whom Klaviyo still does not know: it accepts those of addresses that look like tests and drops them
 * without a word. Whom it does not know it cannot mail, and nothing of ours makes the person exist meanwhile; so others wait for
 * the first of two sends only, and after the second the address counts as refused.
 */
function awaitAppearance(
  person: Person,
  wanted: WantedOptOut,
  current: OptOutState & { readonly sentAt: number },
  world: World,
): Step {
  const { sentAt, acknowledged = 0 } = current;
  const age = world.now - sentAt;
  const repeated = acknowledged >= SENDS_TO_ABSENT;
  if (repeated && age >= (world.landsWithinMs * 2) / 3) {
    return { do: 'note', state: { rejected: { code: WITHOUT_EFFECT, fingerprint: ADDRESS_REFUSED } } };
  }
  if (!repeated && age >= world.landsWithinMs / 3) return send(person, wanted, current, world.now);
  return { do: 'wait', phase: repeated ? 'absent' : 'opt_out', until: readBackAt(sentAt, world) };
}

const SENDS_TO_ABSENT = 2;
const WITHOUT_EFFECT = 'klaviyo.opt_out_without_effect';

/**
 * For the moment before an import, which makes whoever Klaviyo does not know: somebody deleted there by hand took the opt-out
 * along, so it is brought about anew before anything else (invariant 3). Undefined when there is nothing to fear.
 */
export function lostOptOut({ state, seen }: Person, { now }: World): Step | undefined {
  const { optOut } = state;
  if (optOut === null || optOut.heldAt === null || now - optOut.heldAt <= FRESH_MS) return undefined;
  if (!fresh(seen, now)) return { do: 'look' };
  return seen.read === null ? { do: 'note', state: { optOut: { ...optOut, sentAt: null, heldAt: null } } } : undefined;
}

/** The opt-out is no longer wanted, but it is in flight: whoever subscribed now might see it land afterwards. */
function settleInFlight(person: Person, world: World): Step | undefined {
  const { optOut, written } = person.state;
  if (optOut === null || optOut.heldAt !== null || optOut.sentAt === null) return undefined;
  if (!fresh(person.seen, world.now)) return { do: 'look' };
  if (holds(optOut, optOut.effect, person.seen, world)) {
    return { do: 'note', state: held(person, optOut, optOut, person.seen) };
  }
  if (world.now - optOut.sentAt >= world.reassertMs) {
    return { do: 'note', state: { optOut: null, written: written?.readBack === null ? null : written } };
  }
  return { do: 'wait', phase: 'opt_out', until: readBackAt(optOut.sentAt, world) };
}

/** What was done about the wanted opt-out so far. One that is in flight serves for a newer reason with the same effect. */
function currentOf(optOut: OptOutState | null, wanted: WantedOptOut): OptOutState | null {
  if (optOut === null || optOut.basis === wanted.basis) return optOut;
  return optOut.effect === wanted.effect && optOut.heldAt === null ? optOut : null;
}

/** The word alone shows that what was sent has landed, unless it was there before: then only once anything would have. */
function holds(sent: OptOutState | null, effect: OptOutEffect, seen: Seen, { now, reassertMs }: World): boolean {
  const since = sent?.sentAt == null ? -1 : now - sent.sentAt;
  return optOutHolds(effect, seen.read, since >= (sent?.bare ? reassertMs / 3 : 0));
}

type Flying = SubscriptionState & { readonly sentAt: number };

/** A subscription that Portage sent and that may still land: not seen in effect yet, or sent more than once. */
export function flyingSubscription({ subscription }: PersonState, { now, landsWithinMs }: World): Flying | null {
  if (subscription === null || subscription.sentAt === null) return null;
  const { effectiveAt, sends, sentAt } = subscription;
  const mayLandAgain = sends > 1 && now < sentAt + landsWithinMs;
  return effectiveAt === null || mayLandAgain ? { ...subscription, sentAt } : null;
}

function isMailed({ read }: Seen): boolean {
  return read?.consent === 'SUBSCRIBED' && !isSuppressed(read);
}

function send(
  { decision, state, seen }: Person,
  wanted: WantedOptOut,
  current: OptOutState | null,
  now: number,
  landed?: SubscriptionState,
): Step {
  const sends = (current?.sends ?? 0) + 1;
  const bare = seen?.read?.consent === 'UNSUBSCRIBED';
  const acknowledged = current?.acknowledged ?? 0;
  const optOut: OptOutState = { ...wanted, sentAt: now, sends, acknowledged, heldAt: null, ...(bare ? { bare } : {}) };
  const written = writtenOptOut(decision, now, null, state.written);
  return {
    do: 'opt_out',
    effect: wanted.effect,
    state: { optOut, written, ...(landed ? { subscription: landed } : {}) },
  };
}

function held(person: Person, wanted: WantedOptOut, current: OptOutState | null, seen: Seen): Partial<PersonState> {
  const { decision, state } = person;
  const sentAt = current?.sentAt ?? null;
  // An opt-out that held before Portage wrote any is somebody else's, and nothing is kept that could lift it.
  const written =
    state.written &&
    writtenOptOut(decision, state.written.writtenAt, seen.read, { ...state.written, readBack: seen.read });
  return {
    optOut: {
      basis: wanted.basis,
      effect: wanted.effect,
      reason: wanted.reason,
      sentAt,
      sends: current?.sends ?? 0,
      heldAt: seen.at,
    },
    written,
    subscription: null,
  };
}
