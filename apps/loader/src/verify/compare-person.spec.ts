import { type Decision } from '@portage/consent';
import { type PersonRead } from '@portage/klaviyo';
import { type PersonState } from '../people/person.js';
import { compareFields } from './compare-fields.js';
import { comparePerson, type ComparedPerson } from './compare-person.js';
import { classes } from './difference.js';

const AT = Date.UTC(2024, 0, 15);
const subscribed: Decision = {
  kind: 'subscribed',
  reason: 'explicit',
  contactId: 'a',
  consentedAt: AT,
  optedOutAt: null,
};
const unsubscribed: Decision = { kind: 'unsubscribed', reason: 'permission', contactId: 'a', optedOutAt: AT };
const bounced: Decision = { kind: 'suppressed', reason: 'bounced', contactId: 'a' };
const unproven: Decision = { kind: 'no_consent', reason: 'implicit', contactId: 'a' };
const sent = { consentedAt: AT, sentAt: AT, accepted: true, sends: 1, acceptances: 1, effectiveAt: AT };

const state: PersonState = {
  optOut: null,
  written: null,
  subscription: null,
  profile: { fingerprint: 'f', fields: [], phone: null },
  lists: [],
  openJobs: 0,
  unexplained: 0,
  rejected: null,
  rename: null,
  inherited: false,
  conflict: null,
  wrote: false,
};

const addressRefused: PersonState = { ...state, rejected: { code: 'klaviyo.invalid', fingerprint: 'address' } };

function seen(changes: Partial<PersonRead> = {}): PersonRead {
  return {
    profileId: 'P',
    email: 'anna@northwind.net',
    consent: 'SUBSCRIBED',
    consentTimestamp: new Date(AT).toISOString(),
    suppressions: [],
    canReceive: true,
    phoneNumber: null,
    fields: {},
    properties: {},
    ...changes,
  };
}

function person(changes: Partial<ComparedPerson> = {}): ComparedPerson {
  return {
    decision: subscribed,
    state,
    stale: false,
    lists: { ready: [], kept: [], awaited: [], soon: false },
    attributes: null,
    seen: seen(),
    existing: new Map(),
    on: new Set(),
    ...changes,
  };
}

const found = (changes: Partial<ComparedPerson>) => comparePerson(person(changes)).map((each) => each.class);
const suppression = [{ reason: 'HARD_BOUNCE', timestamp: null }];
const withdrawn = { consent: 'UNSUBSCRIBED', canReceive: false };
const never = seen({ consent: 'NEVER_SUBSCRIBED' });

describe('a person compared with Klaviyo', () => {
  it.each<[string, Partial<ComparedPerson>, string[]]>([
    ['subscribed as at the source', {}, []],
    ['unsubscribed as at the source', { decision: unsubscribed, seen: seen(withdrawn) }, []],
    [
      'unsubscribed by a word alone',
      { decision: unsubscribed, seen: seen({ ...withdrawn, canReceive: true }) },
      ['missing_opt_out'],
    ],
    ['suppressed as at the source', { decision: bounced, seen: seen({ suppressions: suppression }) }, []],
    ['skipped', { decision: { kind: 'skipped', reason: 'deleted' }, seen: null }, []],
    ['unsubscribed and mailed', { decision: unsubscribed }, ['subscribed_opted_out']],
    ['unsubscribed and never subscribed', { decision: unsubscribed, seen: never }, ['missing_opt_out']],
    [
      'unsubscribed and suppressed only',
      { decision: unsubscribed, seen: seen({ suppressions: suppression }) },
      ['missing_opt_out'],
    ],
    ['unsubscribed and unknown', { decision: unsubscribed, seen: null }, ['missing_opt_out', 'missing_profile']],
    ['bounced and mailed', { decision: bounced }, ['subscribed_suppressed']],
    [
      'bounced and unsubscribed only',
      { decision: bounced, seen: seen({ consent: 'UNSUBSCRIBED' }) },
      ['missing_suppression'],
    ],
    ['never subscribed', { seen: never }, ['missing_subscription']],
    ['never subscribed, on the word of an old pass', { seen: never, stale: true }, ['stale_source']],
    [
      'subscribed once, on the word of a pass that is old by now',
      { seen: never, stale: true, state: { ...state, subscription: sent } },
      ['missing_subscription'],
    ],
    ['opted out by themselves in Klaviyo', { seen: seen({ consent: 'UNSUBSCRIBED' }) }, ['opted_out_at_klaviyo']],
    ['suppressed in Klaviyo', { seen: seen({ suppressions: suppression }) }, ['opted_out_at_klaviyo']],
    [
      'in conflict',
      { state: { ...state, conflict: 'x' }, seen: seen({ consent: 'UNSUBSCRIBED' }) },
      ['consent_conflict'],
    ],
    ['mailed without proof', { decision: unproven }, ['subscribed_beyond_source']],
    ['not mailed without proof', { decision: unproven, seen: never }, []],
    ['unknown', { seen: null }, ['missing_profile']],
    [
      'refused',
      { state: { ...state, rejected: { code: 'klaviyo.invalid', fingerprint: 'f' } }, seen: null },
      ['rejected_person'],
    ],
    [
      'refused, known and on no list',
      {
        decision: unsubscribed,
        seen: seen(withdrawn),
        lists: { ready: ['L'], kept: [], awaited: [], soon: false },
        existing: new Map([['L', { theirs: false }]]),
        state: { ...state, rejected: { code: 'klaviyo.invalid', fingerprint: 'f' } },
      },
      ['rejected_person'],
    ],
    [
      'refused, known and mailed',
      { decision: unsubscribed, state: { ...state, rejected: { code: 'klaviyo.invalid', fingerprint: 'f' } } },
      ['subscribed_opted_out', 'rejected_person'],
    ],
    [
      'refused at its address, unknown',
      { decision: unsubscribed, state: addressRefused, seen: null },
      ['rejected_person'],
    ],
    [
      'refused at its address, known and mailed',
      { decision: unsubscribed, state: addressRefused },
      ['subscribed_opted_out', 'rejected_person'],
    ],
    ['subscribed by Portage with that date', { state: { ...state, subscription: sent } }, []],
    [
      'subscribed by Portage with another date',
      { state: { ...state, subscription: { ...sent, consentedAt: AT - 5000 } } },
      ['wrong_consent_date'],
    ],
    [
      'subscribed by others with another date',
      { state: { ...state, subscription: { ...sent, sentAt: null, consentedAt: 1 } } },
      [],
    ],
  ])('%s: %#', (_, changes, expected) => expect(found(changes)).toEqual(expected));

  it('of whose date of consent Klaviyo may think otherwise is a note, not a difference', () => {
    expect(classes.wrong_consent_date.severity).toBe('note');
  });

  const mine = new Map([['L', { theirs: false }]]);
  const theirs = new Map([['L', { theirs: true }]]);
  const wanted = { ready: ['L'], kept: [], awaited: [], soon: false };
  it.each<[string, Partial<ComparedPerson>, string[]]>([
    ['on its list', { lists: wanted, existing: mine, on: new Set(['L']) }, []],
    ['not on its list', { lists: wanted, existing: mine }, ['missing_membership']],
    ['of a list that is gone', { lists: wanted }, []],
    ['on a list of Portage that it is not of', { existing: mine, on: new Set(['L']) }, ['extra_membership']],
    ["on the owner's list by the owner", { existing: theirs, on: new Set(['L']) }, []],
    [
      "on the owner's list by Portage",
      { existing: theirs, on: new Set(['L']), state: { ...state, lists: ['L'] } },
      ['extra_membership'],
    ],
    [
      'kept on a list',
      { existing: mine, on: new Set(['L']), lists: { ready: [], kept: ['L'], awaited: [], soon: false } },
      [],
    ],
  ])('%s: %#', (_, changes, expected) => expect(found(changes)).toEqual(expected));
});

describe('fields compared with Klaviyo', () => {
  const attributes = {
    email: 'anna@northwind.net',
    first_name: 'Anna',
    location: { city: 'Ghent' },
    properties: { 'Constant Contact Tags': ['a', 'b'], Tier: 'gold' },
  };
  const fields = { first_name: 'Anna', last_name: 'Others wrote this', location: { city: 'Ghent', zip: null } };
  const properties = { 'Constant Contact Tags': ['a', 'b'], Tier: 'gold', Other: 1 };

  it('are equal where all that Portage writes is equal', () => {
    expect(compareFields(attributes, { fields, properties })).toEqual([]);
  });

  it('differ by name, never by value', () => {
    const differing = {
      fields: { first_name: 'Ann', location: { city: 'Bruges' } },
      properties: { 'Constant Contact Tags': ['b'], 'Constant Contact Phone': '1' },
    };
    expect(compareFields(attributes, differing)).toEqual([
      { class: 'wrong_field', detail: 'first_name' },
      { class: 'wrong_field', detail: 'location.city' },
      { class: 'wrong_property', detail: 'Constant Contact Tags' },
      { class: 'wrong_property', detail: 'Tier' },
      { class: 'stale_property', detail: 'Constant Contact Phone' },
    ]);
  });
});
