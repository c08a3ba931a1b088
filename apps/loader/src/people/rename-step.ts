import { type Decision, isOptedOut, type SubscriptionRead } from '@portage/consent';
import { flyingSubscription } from './opt-out-step.js';
import { type Former, fresh, type Person, type PersonState, READ_AGE_MS, type Step, type World } from './person.js';

/**
 * A contact has another address: where Klaviyo does not know the new one, the profile of the old one gets it. Undefined where the
 * person is loaded as itself; the old address is suppressed then.
 *
 * The profile takes its consent along. Invariant 3: so it gets the new address only if the person's own decision lets them be
 * mailed, and where that proves no consent only a profile without any. Nothing of ours may be on its way to the old address either:
 * an import, a subscription or an event that lands there would make somebody anew whom nobody has opted out.
 */
export function renameStep(person: Person, world: World): Step | undefined {
  const { seen, formers, decision } = person;
  if (!mayTakeOver(person.state) || person.formerAddresses.length === 0 || world.stale) return undefined;
  if (!fresh(seen, world.now, READ_AGE_MS) || formers === undefined) return { do: 'look' };
  if (seen.read !== null) return undefined;
  for (const former of formers) {
    const { address: from, profileId, state } = former;
    if (profileId === null || state === null || !isFree(former, state, world)) continue;
    if (!agrees(decision, former.read)) continue;
    if (state.openJobs > 0) return { do: 'wait', phase: 'rename', until: world.now + JOB_MS };
    if (former.events?.landed === false) return { do: 'wait', phase: 'rename', until: world.now + world.readBackMs };
    return { do: 'rename', from, profileId, sent: false };
  }
  return undefined;
}

/** Whoever was about to be renamed when something failed: whether it was carried out shows in who has the address. */
export function settleRename({ state: { rename }, seen }: Person, { now, readBackMs }: World): Step | undefined {
  if (rename === null || rename.refused !== null) return undefined;
  const landed = rename.sentAt + readBackMs;
  if (now < landed) return { do: 'wait', phase: 'rename', until: landed };
  if (!fresh(seen, now) || seen.at < landed) return { do: 'look' };
  const { from, profileId } = rename;
  return seen.profileId === profileId
    ? { do: 'rename', from, profileId, sent: true }
    : { do: 'note', state: { rename: null } };
}

/** The opt-out of an address that was left waits while its profile may still go along with the contact. */
export function yieldStep(person: Person, { now, readBackMs }: World): Step | undefined {
  return isYielding(person) ? { do: 'wait', phase: 'rename', until: now + readBackMs } : undefined;
}

export function isYielding({ yielding, decision, state }: Person): boolean {
  return yielding && decision.kind === 'suppressed' && decision.reason === 'address_left' && state.optOut === null;
}

/** Nothing was written for the person yet, and nothing refused. */
export function mayTakeOver(state: PersonState): boolean {
  const { profile, optOut, subscription, rejected, rename } = state;
  return profile === null && optOut === null && subscription === null && rejected === null && rename === null;
}

function isFree({ vacant, events }: Former, state: PersonState, world: World): boolean {
  const { profile, optOut, written } = state;
  if (!vacant || profile === null || optOut !== null || written !== null) return false;
  if (flyingSubscription(state, world) !== null) return false;
  // Most land within a minute or two. What takes longer is not waited for: the new address does without the old profile.
  return events === null || events.landed || world.now - events.lastAt < world.landsWithinMs * PATIENCE;
}

function agrees({ kind }: Decision, read: SubscriptionRead | null): boolean {
  if (read === null || isOptedOut(read)) return false;
  if (read.consent === 'NEVER_SUBSCRIBED') return kind === 'subscribed' || kind === 'no_consent';
  return read.consent === 'SUBSCRIBED' && kind === 'subscribed';
}

const JOB_MS = 2000;
const PATIENCE = 0.1;
