import { type Decision } from './decision.js';
import { decideOptOut, optOutHolds } from './opt-out-write.js';
import { type SubscriptionRead } from './subscription-read.js';
import { writtenOptOut } from './written-opt-out.js';

const read = (consent: string, ...reasons: string[]): SubscriptionRead => ({
  consent,
  consentTimestamp: null,
  suppressions: reasons.map((reason) => ({ reason, timestamp: null })),
});
const unsubscribed: Decision = { kind: 'unsubscribed', reason: 'permission', contactId: 'c1', optedOutAt: 5 };
const suppressed: Decision = { kind: 'suppressed', reason: 'bounced', contactId: 'c1' };
const held: Decision = { kind: 'held', reason: 'temp_hold', contactId: 'c1' };

describe('decideOptOut', () => {
  it.each([
    { decision: unsubscribed, read: null, expected: 'unsubscribe' },
    { decision: unsubscribed, read: read('SUBSCRIBED'), expected: 'unsubscribe' },
    { decision: unsubscribed, read: read('NEVER_SUBSCRIBED', 'USER_SUPPRESSED'), expected: 'unsubscribe' },
    { decision: unsubscribed, read: read('UNSUBSCRIBED', 'UNSUBSCRIBE'), expected: null },
    { decision: suppressed, read: null, expected: 'suppress' },
    { decision: suppressed, read: read('SUBSCRIBED'), expected: 'suppress' },
    { decision: suppressed, read: read('SUBSCRIBED', 'HARD_BOUNCE'), expected: null },
    { decision: held, read: read('NEVER_SUBSCRIBED'), expected: 'suppress' },
    { decision: held, read: read('UNSUBSCRIBED', 'UNSUBSCRIBE'), expected: null },
    { decision: held, read: read('UNSUBSCRIBED'), expected: 'suppress' },
  ])('$decision.kind over $read.consent $read.suppressions: $expected', ({ decision, read: present, expected }) => {
    expect(decideOptOut(decision, present)).toBe(expected);
  });

  it('believes the word alone only of whom Portage has unsubscribed or Klaviyo cannot mail (invariant 3)', () => {
    const bare = read('UNSUBSCRIBED');
    expect(optOutHolds('unsubscribe', bare)).toBe(false);
    expect(optOutHolds('unsubscribe', { ...bare, canReceive: true })).toBe(false);
    expect(optOutHolds('unsubscribe', { ...bare, canReceive: false })).toBe(true);
    expect(optOutHolds('unsubscribe', { ...bare, canReceive: true }, true)).toBe(true);
    expect(optOutHolds('suppress', { ...bare, canReceive: true }, true)).toBe(false);
  });

  it('takes the flag for a suppression that is not listed', () => {
    expect(optOutHolds('suppress', { ...read('NEVER_SUBSCRIBED'), canReceive: false })).toBe(true);
    expect(optOutHolds('unsubscribe', { ...read('SUBSCRIBED'), canReceive: false })).toBe(false);
    expect(decideOptOut(held, { ...read('SUBSCRIBED'), canReceive: false })).toBeNull();
  });

  it.each<Decision>([
    { kind: 'subscribed', reason: 'explicit', contactId: 'c1', consentedAt: 1, optedOutAt: null },
    { kind: 'no_consent', reason: 'implicit', contactId: 'c1' },
    { kind: 'skipped', reason: 'deleted' },
  ])('writes nothing for $kind', (decision) => {
    expect(decideOptOut(decision, null)).toBeNull();
    expect(decideOptOut(decision, read('SUBSCRIBED'))).toBeNull();
  });
});

describe('writtenOptOut', () => {
  it('keeps every effect, cause and the newest date since the last subscription', () => {
    const first = writtenOptOut(suppressed, 10, read('NEVER_SUBSCRIBED', 'USER_SUPPRESSED'));
    const second = writtenOptOut(unsubscribed, 20, null, first);
    expect(second).toEqual({
      effects: ['suppress', 'unsubscribe'],
      causes: ['suppressed', 'unsubscribed'],
      optedOutAt: 5,
      writtenAt: 20,
      readBack: null,
    });
  });

  it('changes nothing for a decision that is no opt-out', () => {
    const kept = writtenOptOut(held, 10, null);
    expect(writtenOptOut({ kind: 'skipped', reason: 'deleted' }, 20, null, kept)).toBe(kept);
  });
});
