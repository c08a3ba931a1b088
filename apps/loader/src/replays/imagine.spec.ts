import { decisions, loaded, mapped, NOW, person, sentOptOut, untouched, world } from '../people/person.fixture.js';
import { type Person } from '../people/person.js';
import { imagine } from './imagine.js';

const lists = { ready: ['L1'], kept: [], awaited: ['c:l2'], soon: true };
const unmapped = (given: Person): Person => ({ ...given, mapped: undefined });
const imagined = (given: Person, changes: Partial<typeof world> = {}) =>
  imagine(unmapped(given), { ...world, ...changes }, () => mapped);

const nothing = { created: false, updated: false, optOuts: [], subscribed: false, joined: [], left: 0 };

describe('what a replay would do for a person', () => {
  it('is everything, for somebody new who may be subscribed', () => {
    expect(imagined(person(decisions.subscribed, { lists }))).toEqual({
      result: { outcome: 'delivered', reason: null },
      created: true,
      updated: false,
      optOuts: [],
      subscribed: true,
      joined: ['L1', 'c:l2'],
      left: 0,
    });
  });

  it.each([
    ['unsubscribed', 'unsubscribe'],
    ['held', 'suppress'],
    ['suppressed', 'suppress'],
  ] as const)('is an opt-out before the profile, for somebody %s', (kind, effect) => {
    expect(imagined(person(decisions[kind]))).toMatchObject({
      created: true,
      optOuts: [effect],
      subscribed: false,
      result: { outcome: 'delivered' },
    });
  });

  it('is nothing for whom the ledger has everything', () => {
    const subscription = { consentedAt: 1, sentAt: 2, accepted: true, sends: 1, acceptances: 1, effectiveAt: 3 };
    const result = { outcome: 'unchanged', reason: null };
    const subscribed = { ...loaded, subscription };
    expect(imagined(person(decisions.subscribed, { state: subscribed }))).toEqual({ ...nothing, result });
    const optOut = sentOptOut({ heldAt: NOW - 1000 });
    expect(imagined(person(decisions.unsubscribed, { state: { ...loaded, optOut } }))).toEqual({ ...nothing, result });
  });

  it('is an update where fields differ, and leaves lists that ended', () => {
    const state = { ...loaded, profile: { ...mapped, fingerprint: 'other' }, lists: ['L0'] };
    expect(imagined(person(decisions.no_consent, { state }))).toMatchObject({ created: false, updated: true, left: 1 });
  });

  it('subscribes nobody on the word of a source that is too old', () => {
    const result = { outcome: 'skipped', reason: 'stale_source' };
    expect(imagined(person(decisions.subscribed), { stale: true })).toMatchObject({
      created: true,
      subscribed: false,
      result,
    });
  });

  it('is nothing for somebody deleted', () => {
    const result = { outcome: 'skipped', reason: 'deleted' };
    expect(imagined(person(decisions.deleted, { state: untouched }))).toEqual({ ...nothing, result });
  });
});
