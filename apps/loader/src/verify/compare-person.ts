import { type Decision, isOptedOut, isSuppressed, mayLoadProfile, optOutHolds, optOutOf } from '@portage/consent';
import { type ImportRow, type PersonRead } from '@portage/klaviyo';
import { ADDRESS_REFUSED } from '../people/opt-out-step.js';
import { type PersonState, type WantedLists } from '../people/person.js';
import { compareFields } from './compare-fields.js';
import { type PersonFinding } from './difference.js';

/** A person whom the engine is done with, as the ledger and Klaviyo have it. */
export interface ComparedPerson {
  /** With what was inherited from a former address. */
  readonly decision: Decision;
  readonly state: PersonState;
  /** What a replay brought is too old to subscribe anybody. */
  readonly stale: boolean;
  readonly lists: WantedLists;
  /** What an import writes; null where it writes none. */
  readonly attributes: ImportRow['attributes'] | null;
  /** Null: Klaviyo does not know the address. */
  readonly seen: PersonRead | null;
  /** Lists of this connection that exist in Klaviyo; `theirs`: the owner's own, which Portage was told to use. */
  readonly existing: ReadonlyMap<string, { readonly theirs: boolean }>;
  /** Those of them that the person is on. */
  readonly on: ReadonlySet<string>;
}

/** How Klaviyo's record of a person differs from what it should be. */
export function comparePerson(person: ComparedPerson): PersonFinding[] {
  const { decision, state, seen } = person;
  if (decision.kind === 'skipped') return [];
  const rejected: PersonFinding[] =
    state.rejected === null ? [] : [{ class: 'rejected_person', detail: state.rejected.code }];
  if (rejected.length > 0 && seen === null) return rejected;
  // Invariant 3: whom Klaviyo knows it may mail, whatever else it refused of them.
  const consent = compareConsent(person);
  if (state.rejected?.fingerprint === ADDRESS_REFUSED) return [...consent, ...rejected];
  if (!mayLoadProfile(decision)) return consent;
  if (seen === null) return [...consent, { class: 'missing_profile', detail: null }];
  const { attributes } = person;
  const all = [...consent, ...compareLists(person)];
  if (state.rejected !== null) return [...all.filter((each) => !followsFromRefusal.includes(each.class)), ...rejected];
  return attributes ? [...all, ...compareFields(attributes, seen)] : all;
}

/** Whose profile Klaviyo refuses is neither put on lists nor subscribed. */
const followsFromRefusal: readonly string[] = ['missing_membership', 'missing_subscription'];

/** Invariants 3 and 4 as they show in Klaviyo. */
function compareConsent({ decision, state, stale, seen }: ComparedPerson): PersonFinding[] {
  const effect = optOutOf(decision);
  const mailed = seen !== null && seen.consent === 'SUBSCRIBED' && !isSuppressed(seen);
  if (effect !== null) {
    if (optOutHolds(effect, seen, state.optOut?.sentAt != null)) return [];
    const missing = effect === 'unsubscribe' ? 'missing_opt_out' : 'missing_suppression';
    const worse = effect === 'unsubscribe' ? 'subscribed_opted_out' : 'subscribed_suppressed';
    return [{ class: mailed ? worse : missing, detail: decision.reason }];
  }
  if (decision.kind === 'no_consent') {
    return mailed ? [{ class: 'subscribed_beyond_source', detail: decision.reason }] : [];
  }
  if (decision.kind !== 'subscribed') return [];
  if (state.conflict !== null) return [{ class: 'consent_conflict', detail: state.conflict }];
  if (mailed) return compareDate(state, seen);
  if (seen === null) return [];
  if (isOptedOut(seen)) return [{ class: 'opted_out_at_klaviyo', detail: null }];
  const isUnasked = stale && state.subscription?.effectiveAt == null;
  return [{ class: isUnasked ? 'stale_source' : 'missing_subscription', detail: null }];
}

/** Only of subscriptions that Portage wrote: those that were there before have their own date. */
function compareDate({ subscription }: PersonState, { consentTimestamp }: PersonRead): PersonFinding[] {
  if (subscription === null || subscription.sentAt === null || consentTimestamp === null) return [];
  const apart = Math.abs(Date.parse(consentTimestamp) - subscription.consentedAt);
  return apart < 1000 ? [] : [{ class: 'wrong_consent_date', detail: null }];
}

function compareLists({ lists, state, existing, on }: ComparedPerson): PersonFinding[] {
  const missing = lists.ready.filter((list) => existing.has(list) && !on.has(list));
  const extra = [...on].filter((list) => {
    if (lists.ready.includes(list) || lists.kept.includes(list)) return false;
    return existing.get(list)?.theirs === false || state.lists.includes(list);
  });
  return [
    ...missing.map((detail): PersonFinding => ({ class: 'missing_membership', detail })),
    ...extra.map((detail): PersonFinding => ({ class: 'extra_membership', detail })),
  ];
}
