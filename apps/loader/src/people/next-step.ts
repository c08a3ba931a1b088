import { type Decision, isOptedOut, mayLoadProfile } from '@portage/consent';
import { lostOptOut, optOutStep } from './opt-out-step.js';
import { type Former, type OptOutState, type Outcome, type Person, type Step, type World } from './person.js';
import { isYielding, renameStep, settleRename, yieldStep } from './rename-step.js';
import { awaitPass, subscriptionStep } from './subscription-step.js';

/**
 * What happens next for one person: the order of everything that reaches Klaviyo. Pure; asked again after every step.
 *
 * Opt-outs come first and are seen to hold before anything else (invariant 3), then the gate, the profile with its lists,
 * the memberships that ended, and the subscription last.
 */
export function nextStep(given: Person, world: World): Step {
  const person = { ...given, decision: inherited(given) };
  const { decision, state } = person;
  const optOut = yieldStep(person, world) ?? optOutStep(person, world) ?? settleRename(person, world);
  if (optOut) return optOut;
  if (state.conflict !== null && !mayConflict(person)) return { do: 'note', state: { conflict: null } };
  if (decision.kind === 'skipped') return { do: 'finish', result: { outcome: 'skipped', reason: decision.reason } };
  if (!world.gateOpen) return { do: 'wait', phase: 'gate', until: null };
  if (state.openJobs > 0) return { do: 'wait', phase: 'jobs', until: null };
  const load = mayLoadProfile(decision) ? (inheritStep(person) ?? loadStep(person, world)) : undefined;
  return load ?? subscriptionStep(person, world) ?? { do: 'finish', result: outcomeOf(person) };
}

/** Whether something is outstanding that keeps the person from being mailed. */
export function isExposed(given: Person, world: World): boolean {
  const person = { ...given, decision: inherited(given) };
  if (isYielding(person)) return false;
  const step = optOutStep(person, world);
  return step !== undefined && step.do !== 'finish';
}

/** An opt-out that Klaviyo holds at a former address counts as the person's own; the source knows nothing of it. */
export function inherited({ decision, state }: Person): Decision {
  if (!state.inherited || !mayLoadProfile(decision) || decision.kind === 'skipped') return decision;
  return { kind: 'unsubscribed', reason: 'opted_out', contactId: decision.contactId, optedOutAt: null };
}

function inheritStep({ state, formerAddresses, formers }: Person): Step | undefined {
  if (formerAddresses.length === 0 || state.inherited || state.profile !== null) return undefined;
  if (formers === undefined) return { do: 'look' };
  if (!formers.some(hasOptedOut)) return undefined;
  return { do: 'note', state: { inherited: true, conflict: 'former_address_opted_out' } };
}

function hasOptedOut({ read, state }: Former): boolean {
  return read !== null && isOptedOut(read) && !leftOnly(state?.optOut);
}

/** Portage's own suppression of an address that was left says nothing about the person's wishes. */
function leftOnly(optOut: OptOutState | null | undefined): boolean {
  return optOut != null && optOut.sentAt !== null && optOut.reason === 'address_left';
}

function loadStep(person: Person, world: World): Step | undefined {
  const { lists, mapped, state } = person;
  // Invariant 3: a person who is new in Klaviyo can be mailed there, so the pass has to be over that may hold an opt-out.
  if (state.profile === null && !world.observed) return awaitPass(world);
  if (lists.soon) return { do: 'wait', phase: 'lists', until: world.now + LIST_PAUSE_MS };
  const rename = renameStep(person, world);
  if (rename) return rename;
  if (mapped === undefined) return { do: 'map' };
  if ('rejected' in mapped) return { do: 'finish', result: { outcome: 'rejected', reason: mapped.rejected } };
  // A rejected profile is not sent again until its contents change: the answer would be the same.
  if (state.rejected?.fingerprint === mapped.fingerprint) {
    return { do: 'finish', result: { outcome: 'rejected', reason: state.rejected.code } };
  }
  const missing = lists.ready.filter((list) => !state.lists.includes(list));
  const profile = state.profile?.fingerprint !== mapped.fingerprint;
  if (profile || missing.length > 0) return lostOptOut(person, world) ?? { do: 'import', profile, lists: missing };
  const ended = state.lists.filter((list) => !lists.ready.includes(list) && !lists.kept.includes(list));
  if (ended.length === 0) return undefined;
  return person.seen === null ? { do: 'look' } : { do: 'leave', lists: ended };
}

function mayConflict({ decision, state }: Person): boolean {
  return decision.kind === 'subscribed' || state.inherited;
}

function outcomeOf({ state }: Person): Outcome {
  if (state.conflict !== null) return { outcome: 'skipped', reason: 'consent_conflict' };
  return { outcome: state.wrote ? 'delivered' : 'unchanged', reason: null };
}

const LIST_PAUSE_MS = 2000;
