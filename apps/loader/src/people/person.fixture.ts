import { type Decision, type SubscriptionRead } from '@portage/consent';
import { type Former, nothingWritten, type OptOutState, type Person, type PersonState, type World } from './person.js';

/** A point in time for tests. */
export const NOW = Date.UTC(2026, 0, 1);

export const world: World = {
  now: NOW,
  gateOpen: true,
  observed: true,
  stale: false,
  readBackMs: 15_000,
  reassertMs: 900_000,
  landsWithinMs: 900_000,
};

export const decisions = {
  subscribed: { kind: 'subscribed', reason: 'explicit', contactId: 'c', consentedAt: NOW - 1e9, optedOutAt: null },
  no_consent: { kind: 'no_consent', reason: 'implicit', contactId: 'c' },
  held: { kind: 'held', reason: 'temp_hold', contactId: 'c' },
  unsubscribed: { kind: 'unsubscribed', reason: 'permission', contactId: 'c', optedOutAt: NOW - 1e8 },
  suppressed: { kind: 'suppressed', reason: 'bounced', contactId: 'c' },
  deleted: { kind: 'skipped', reason: 'deleted' },
} as const satisfies Record<string, Decision>;

export const reads = {
  never: { consent: 'NEVER_SUBSCRIBED', consentTimestamp: null, suppressions: [] },
  subscribed: { consent: 'SUBSCRIBED', consentTimestamp: '2025-01-01T00:00:00Z', suppressions: [] },
  unsubscribed: {
    consent: 'UNSUBSCRIBED',
    consentTimestamp: '2025-06-01T00:00:00Z',
    suppressions: [{ reason: 'UNSUBSCRIBE', timestamp: '2025-06-01T00:00:00Z' }],
  },
  bare: { consent: 'UNSUBSCRIBED', consentTimestamp: null, suppressions: [], canReceive: true },
  suppressed: {
    consent: 'NEVER_SUBSCRIBED',
    consentTimestamp: null,
    suppressions: [{ reason: 'USER_SUPPRESSED', timestamp: '2025-06-01T00:00:00Z' }],
  },
} as const satisfies Record<string, SubscriptionRead>;

export const untouched: PersonState = nothingWritten;

export const mapped = { fingerprint: 'f1', fields: ['first_name'], phone: null };

/** Loaded as mapped. */
export const loaded: PersonState = { ...untouched, profile: mapped };

export function person(decision: Decision, changes: Partial<Person> = {}): Person {
  return {
    email: 'a@b.example',
    inputs: 1,
    contacts: [],
    decision,
    lists: { ready: [], kept: [], awaited: [], soon: false },
    state: untouched,
    seen: null,
    formerAddresses: [],
    formers: undefined,
    yielding: false,
    mapped,
    ...changes,
  };
}

/** An address that was left, loaded and subscribed. */
export function former(changes: Partial<Former> = {}): Former {
  const { read = reads.subscribed } = changes;
  return {
    address: 'old@b.example',
    profileId: read === null ? null : 'old-profile',
    read,
    state: loaded,
    vacant: true,
    events: null,
    ...changes,
  };
}

export function seen(read: SubscriptionRead | null, at = NOW) {
  return { at, profileId: read ? 'p' : null, read };
}

export function sentOptOut(changes: Partial<OptOutState> = {}): OptOutState {
  return {
    basis: `unsubscribe:${NOW - 1e8}`,
    effect: 'unsubscribe',
    reason: 'permission',
    sentAt: NOW - 20_000,
    sends: 1,
    heldAt: null,
    ...changes,
  };
}
