import fc from 'fast-check';
import { type ConflictReason, decideSubscription } from './back-from-opt-out.js';
import { type Decision } from './decision.js';
import { type SubscriptionRead } from './subscription-read.js';
import { type WrittenOptOut } from './written-opt-out.js';

const optedOutAt = Date.UTC(2026, 0, 10);
const consentedAt = Date.UTC(2026, 1, 1);
const subscribed: Extract<Decision, { kind: 'subscribed' }> = {
  kind: 'subscribed',
  reason: 'explicit',
  contactId: 'c1',
  consentedAt,
  optedOutAt,
};
const read = (over: Partial<SubscriptionRead> = {}): SubscriptionRead => ({
  consent: 'NEVER_SUBSCRIBED',
  consentTimestamp: null,
  suppressions: [],
  ...over,
});
const ours = read({
  consent: 'UNSUBSCRIBED',
  consentTimestamp: '2026-01-20T10:00:00+00:00',
  suppressions: [{ reason: 'UNSUBSCRIBE', timestamp: '2026-01-20T10:00:00+00:00' }],
});
const oursSuppressed = read({ suppressions: [{ reason: 'USER_SUPPRESSED', timestamp: '2026-01-20T10:00:00+00:00' }] });
const written = (over: Partial<WrittenOptOut> = {}): WrittenOptOut => ({
  effects: ['unsubscribe'],
  causes: ['unsubscribed'],
  optedOutAt,
  writtenAt: Date.UTC(2026, 0, 20),
  readBack: ours,
  ...over,
});
const held = written({ effects: ['suppress'], causes: ['held'], optedOutAt: null, readBack: oursSuppressed });

describe('decideSubscription without an opt-out in Klaviyo', () => {
  it.each([
    { read: null, expected: { action: 'subscribe', consentedAt } },
    { read: read(), expected: { action: 'subscribe', consentedAt } },
    { read: read({ consent: 'SUBSCRIBED' }), expected: { action: 'already' } },
    { read: read({ consent: null }), expected: { action: 'conflict', reason: 'unreadable' } },
    { read: read({ consent: 'PAUSED' }), expected: { action: 'conflict', reason: 'unreadable' } },
    { read: read({ canReceive: true }), expected: { action: 'subscribe', consentedAt } },
    { read: read({ canReceive: false }), expected: { action: 'conflict', reason: 'opted_out_in_klaviyo' } },
  ])('$read.consent: $expected.action', ({ read: present, expected }) => {
    expect(decideSubscription({ decision: subscribed, read: present, written: null })).toEqual(expected);
  });

  it('waits for an own opt-out in flight, whatever the read shows', () => {
    const inFlight = written({ readBack: null });
    for (const present of [null, read(), read({ consent: 'SUBSCRIBED' }), ours]) {
      expect(decideSubscription({ decision: subscribed, read: present, written: inFlight })).toEqual({
        action: 'wait',
      });
    }
  });

  it.each<Decision>([
    { kind: 'no_consent', reason: 'implicit', contactId: 'c1' },
    { kind: 'held', reason: 'not_set', contactId: 'c1' },
    { kind: 'unsubscribed', reason: 'permission', contactId: 'c1', optedOutAt },
    { kind: 'suppressed', reason: 'bounced', contactId: 'c1' },
    { kind: 'skipped', reason: 'deleted' },
  ])('asks nothing for $kind', (decision) => {
    expect(decideSubscription({ decision, read: read(), written: null })).toEqual({ action: 'none' });
  });
});

describe('decideSubscription over an opt-out in Klaviyo', () => {
  it('lifts what Portage wrote and nobody touched, for a newer explicit opt-in', () => {
    expect(decideSubscription({ decision: subscribed, read: ours, written: written() }).action).toBe('subscribe');
    const never = { ...subscribed, optedOutAt: null };
    expect(decideSubscription({ decision: never, read: oursSuppressed, written: held }).action).toBe('subscribe');
  });

  it("knows its own suppression by the vendor's older word as well", () => {
    const older = read({ suppressions: [{ reason: 'USER_INITIATED', timestamp: '2026-01-20T10:00:00+00:00' }] });
    const never = { ...subscribed, optedOutAt: null };
    const kept = { ...held, readBack: older };
    expect(decideSubscription({ decision: never, read: older, written: kept }).action).toBe('subscribe');
    expect(decideSubscription({ decision: never, read: older, written: held }).action).toBe('conflict');
  });

  it('compares instants, not notations', () => {
    const rewritten = read({
      consent: 'UNSUBSCRIBED',
      consentTimestamp: '2026-01-20T10:00:00.000000Z',
      suppressions: [{ reason: 'UNSUBSCRIBE', timestamp: '2026-01-20T11:00:00+01:00' }],
    });
    expect(decideSubscription({ decision: subscribed, read: rewritten, written: written() }).action).toBe('subscribe');
  });

  const complaint = read({
    ...ours,
    suppressions: [...ours.suppressions, { reason: 'SPAM_COMPLAINT', timestamp: '2026-01-21T10:00:00Z' }],
  });
  const bounce = read({ suppressions: [{ reason: 'HARD_BOUNCE', timestamp: '2026-01-20T10:00:00Z' }] });
  const later = read({ ...ours, consentTimestamp: '2026-01-22T10:00:00Z' });
  const implicit: Decision = { ...subscribed, reason: 'implicit' };
  const older: typeof subscribed = { ...subscribed, consentedAt: optedOutAt };

  it.each<{
    name: string;
    decision: Decision;
    read: SubscriptionRead;
    written: WrittenOptOut | null;
    reason: ConflictReason;
  }>([
    {
      name: 'an unsubscribe of their own',
      decision: subscribed,
      read: ours,
      written: null,
      reason: 'opted_out_in_klaviyo',
    },
    { name: 'a hard bounce in Klaviyo', decision: subscribed, read: bounce, written: null, reason: 'bounced' },
    {
      name: 'a bounce that Portage carried over',
      decision: subscribed,
      read: oursSuppressed,
      written: { ...held, causes: ['suppressed'] },
      reason: 'bounced',
    },
    { name: 'implicit consent', decision: implicit, read: ours, written: written(), reason: 'implicit_consent' },
    {
      name: 'an opt-in as old as the opt-out',
      decision: older,
      read: ours,
      written: written(),
      reason: 'opt_in_not_newer',
    },
    {
      name: 'an opt-in of the same second as the opt-out',
      decision: { ...older, consentedAt: optedOutAt + 108 },
      read: ours,
      written: written(),
      reason: 'opt_in_not_newer',
    },
    {
      name: 'an opt-out dated by the ledger alone',
      decision: { ...subscribed, optedOutAt: null },
      read: ours,
      written: written({ optedOutAt: consentedAt }),
      reason: 'opt_in_not_newer',
    },
    {
      name: 'an opt-out that nobody dated',
      decision: { ...subscribed, optedOutAt: null },
      read: ours,
      written: written({ optedOutAt: null }),
      reason: 'opt_in_not_newer',
    },
    {
      name: 'a later unsubscribe',
      decision: subscribed,
      read: later,
      written: written(),
      reason: 'changed_since_written',
    },
    {
      name: 'a complaint since',
      decision: subscribed,
      read: complaint,
      written: written(),
      reason: 'changed_since_written',
    },
    {
      name: 'a complaint that the read-back already showed',
      decision: subscribed,
      read: complaint,
      written: written({ readBack: complaint }),
      reason: 'opted_out_in_klaviyo',
    },
    {
      name: 'a consent withdrawn beside our suppression',
      decision: subscribed,
      read: { ...oursSuppressed, consent: 'UNSUBSCRIBED' },
      written: { ...held, readBack: { ...oursSuppressed, consent: 'UNSUBSCRIBED' } },
      reason: 'opted_out_in_klaviyo',
    },
    {
      name: 'a suppression that is not listed',
      decision: subscribed,
      read: read({ canReceive: false }),
      written: { ...held, readBack: read({ canReceive: false }) },
      reason: 'opted_out_in_klaviyo',
    },
    {
      name: 'an unsubscribe beside our suppression',
      decision: subscribed,
      read: ours,
      written: { ...held, readBack: ours },
      reason: 'opted_out_in_klaviyo',
    },
  ])('leaves $name alone', ({ decision, read: present, written: kept, reason }) => {
    expect(decideSubscription({ decision, read: present, written: kept })).toEqual({ action: 'conflict', reason });
  });

  it('never lifts what is not in the ledger as read back (invariant 3)', () => {
    const moment = fc.option(fc.constantFrom('2026-01-20T10:00:00Z', '2026-01-22T10:00:00Z'));
    const anyRead = fc.record({
      consent: fc.option(fc.constantFrom('SUBSCRIBED', 'UNSUBSCRIBED', 'NEVER_SUBSCRIBED', 'OTHER')),
      consentTimestamp: moment,
      suppressions: fc.array(
        fc.record({
          reason: fc.constantFrom(
            'UNSUBSCRIBE',
            'USER_SUPPRESSED',
            'HARD_BOUNCE',
            'INVALID_EMAIL',
            'SPAM_COMPLAINT',
            'NEW',
          ),
          timestamp: moment,
        }),
        { maxLength: 2 },
      ),
    });
    const anyWritten = fc.option(
      fc.record<WrittenOptOut>({
        effects: fc.subarray(['unsubscribe', 'suppress'] as const, { minLength: 1 }),
        causes: fc.subarray(['unsubscribed', 'held', 'suppressed'] as const, { minLength: 1 }),
        optedOutAt: fc.option(fc.constantFrom(optedOutAt, consentedAt)),
        writtenAt: fc.constant(0),
        readBack: fc.option(anyRead),
      }),
    );
    fc.assert(
      fc.property(anyRead, anyWritten, (present, kept) => {
        const optedOut = present.consent === 'UNSUBSCRIBED' || present.suppressions.length > 0;
        if (
          !optedOut ||
          decideSubscription({ decision: subscribed, read: present, written: kept }).action !== 'subscribe'
        )
          return;
        expect(kept?.causes).not.toContain('suppressed');
        expect(present.suppressions.map(({ reason }) => reason)).not.toContain('HARD_BOUNCE');
        expect(kept?.readBack?.consent).toBe(present.consent);
        expect(kept?.readBack?.suppressions).toHaveLength(present.suppressions.length);
      }),
      { numRuns: 5000 },
    );
  });
});
