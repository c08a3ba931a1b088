import { type SubscriptionRead } from '@portage/consent';
import { nextStep } from '../people/next-step.js';
import { type Outcome, type Person, type PersonState, type Step, type World } from '../people/person.js';

/** What would be done for a person, step by step, until nothing is left. */
export interface Imagined {
  readonly result: Outcome;
  readonly created: boolean;
  readonly updated: boolean;
  readonly optOuts: readonly ('unsubscribe' | 'suppress')[];
  readonly subscribed: boolean;
  /** Lists of Klaviyo, or keys of lists that do not exist there yet. */
  readonly joined: readonly string[];
  readonly left: number;
}

/**
 * Carries a person through the loader's own steps, each of which is taken to succeed at once. Nothing is read from Klaviyo: it
 * is taken to hold what the ledger says was written, and to know nobody else.
 *
 * @param map  what an import would write
 */
export function imagine(given: Person, world: World, map: (person: Person) => Person['mapped']): Imagined {
  const settled: World = { ...world, gateOpen: true, observed: true };
  const before = given.state;
  let person: Person = {
    ...given,
    lists: { ...given.lists, soon: false },
    state: { ...before, openJobs: 0, subscription: withoutFlight(before) },
  };
  const optOuts: ('unsubscribe' | 'suppress')[] = [];
  let [subscribed, wrote, left] = [false, false, 0];
  let result: Outcome | undefined;
  for (let steps = 0; result === undefined && steps < MOST_STEPS; steps += 1) {
    const step = nextStep(person, settled);
    if (step.do === 'finish') result = step.result;
    else if (step.do === 'map') person = { ...person, mapped: map(person) };
    else if (step.do === 'wait') result = { outcome: 'skipped', reason: `waits_for_${step.phase}` };
    else person = after(person, step, world.now);
    if (step.do === 'opt_out') optOuts.push(step.effect);
    if (step.do === 'subscribe') subscribed = true;
    if (step.do === 'leave') left += step.lists.length;
    wrote ||= step.do === 'opt_out' || step.do === 'subscribe' || step.do === 'leave' || step.do === 'import';
  }
  const { state } = person;
  const loaded = state.profile !== null;
  const awaited = loaded ? person.lists.awaited : [];
  const joined = [...state.lists.filter((list) => !before.lists.includes(list)), ...awaited];
  const created = loaded && before.profile === null;
  const updated = loaded && !created && state.profile?.fingerprint !== before.profile?.fingerprint;
  return { result: outcomeOf(result, wrote), created, updated, optOuts, subscribed, joined, left };
}

/** Looks, notes and writes of one person; more would go round in circles. */
const MOST_STEPS = 40;

function outcomeOf(result: Outcome | undefined, wrote: boolean): Outcome {
  if (result === undefined) return { outcome: 'skipped', reason: 'undecided' };
  if (result.reason !== null) return result;
  return { outcome: wrote ? 'delivered' : 'unchanged', reason: null };
}

/** What was sent and not seen yet is taken to have arrived. */
function withoutFlight({ subscription }: PersonState): PersonState['subscription'] {
  return subscription && { ...subscription, effectiveAt: subscription.effectiveAt ?? subscription.sentAt };
}

/** The person when the step has had its effect. */
function after(person: Person, step: Exclude<Step, { do: 'finish' | 'wait' | 'map' }>, now: number): Person {
  const { state } = person;
  switch (step.do) {
    case 'look':
      return { ...person, seen: { at: now, profileId: 'assumed', read: assumedRead(state) }, formers: [] };
    case 'note':
      return { ...person, state: { ...state, ...step.state } };
    case 'opt_out': {
      const next = { ...state, ...step.state };
      const read = readOf(step.effect);
      return {
        ...person,
        seen: { at: now, profileId: 'assumed', read },
        state: {
          ...next,
          subscription: null,
          optOut: next.optOut && { ...next.optOut, heldAt: now },
          written: next.written && { ...next.written, readBack: read },
        },
      };
    }
    case 'rename':
      return {
        ...person,
        state: { ...state, rename: null, profile: { fingerprint: '', fields: [], phone: null }, wrote: true },
      };
    case 'import': {
      const { mapped } = person;
      const profile = mapped && 'fingerprint' in mapped ? mapped : state.profile;
      return { ...person, state: { ...state, profile, lists: [...state.lists, ...step.lists], wrote: true } };
    }
    case 'leave': {
      const lists = state.lists.filter((list) => !step.lists.includes(list));
      return { ...person, state: { ...state, lists } };
    }
    case 'subscribe': {
      const sent = { sentAt: now, accepted: true, sends: 1, acceptances: 1, effectiveAt: now };
      return { ...person, state: { ...state, subscription: { consentedAt: step.consentedAt, ...sent } } };
    }
  }
}

function assumedRead({ optOut, written, subscription }: PersonState): SubscriptionRead | null {
  if (written?.readBack) return written.readBack;
  if (optOut?.heldAt != null) return readOf(optOut.effect);
  if (subscription?.effectiveAt != null) return { consent: 'SUBSCRIBED', consentTimestamp: null, suppressions: [] };
  return null;
}

function readOf(effect: 'unsubscribe' | 'suppress'): SubscriptionRead {
  return effect === 'unsubscribe'
    ? { consent: 'UNSUBSCRIBED', consentTimestamp: null, suppressions: [{ reason: 'UNSUBSCRIBE', timestamp: null }] }
    : {
        consent: 'NEVER_SUBSCRIBED',
        consentTimestamp: null,
        suppressions: [{ reason: 'USER_SUPPRESSED', timestamp: null }],
      };
}
