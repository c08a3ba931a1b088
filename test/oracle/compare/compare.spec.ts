import { type KlaviyoAccountState, type KlaviyoAuditEntry, type KlaviyoEventState } from '@portage/simulators';
import { compare, describeDifferences, MailabilityWatch, Oracle, oracleOptions } from '../index.js';
import { after, contact, DAY, klaviyo, NOW, person, smallAccount } from '../small-account.fixture.js';

const A = 'a@mail.portage-demo.org';
const B = 'b@mail.portage-demo.org';
const at = (time: number): string => new Date(time).toISOString();

const account = after(smallAccount(contact('c', A, 'explicit'), contact('d', B, 'unsubscribed')), NOW - 9 * DAY, {
  kind: 'engage',
  contactId: 'c',
  activityId: 'a2',
  type: 'opens',
});
const oracle = new Oracle(oracleOptions({ connectedAt: NOW })).observe({ account, at: NOW });

const properties = (id: string, permission: string): Record<string, unknown> => ({
  'Constant Contact ID': id,
  'Constant Contact Permission': permission,
  'Constant Contact Opt-In Source': 'Contact',
  'Constant Contact Opt-In Date': at(NOW - 100 * DAY),
  'Constant Contact Created At': at(NOW - 100 * DAY),
  'Constant Contact Updated At': at(NOW - 100 * DAY),
});

const event: KlaviyoEventState = {
  id: 'e1',
  profileId: 'K',
  email: A,
  metric: 'Opened Email (Constant Contact)',
  uniqueId: 'u1',
  time: at(NOW - 9 * DAY),
  properties: { 'Campaign Name': 'Letter 2', 'Campaign ID': 'c2', 'Campaign Activity ID': 'a2', Subject: 'Hello' },
  value: null,
  backfill: true,
};

/** What the account above must become. */
function right(): KlaviyoAccountState {
  return klaviyo(
    [
      person(A, {
        first_name: 'Ada',
        consent: 'SUBSCRIBED',
        consentTimestamp: at(NOW - 100 * DAY),
        properties: properties('c', 'explicit'),
      }),
      person(B, {
        first_name: 'Ada',
        consent: 'UNSUBSCRIBED',
        suppressions: [{ reason: 'UNSUBSCRIBE', timestamp: at(NOW) }],
        mailable: false,
        properties: properties('d', 'unsubscribed'),
      }),
    ],
    [
      { id: 'L1', name: 'News', optIn: 'double_opt_in', created: at(NOW), members: [A, B] },
      { id: 'L2', name: 'News', optIn: 'double_opt_in', created: at(NOW), members: [] },
    ],
  );
}

describe('compare', () => {
  it('finds nothing where all is right', () => {
    expect(compare(oracle, { state: right(), events: [event] })).toEqual([]);
  });

  it.each([
    ['missing person', (state: KlaviyoAccountState) => state.profiles.pop()],
    ['unexpected person', (state: KlaviyoAccountState) => state.profiles.push(person('x@mail.portage-demo.org'))],
    [
      'consent',
      (state: KlaviyoAccountState) => Object.assign(state.profiles[0] ?? {}, { consent: 'NEVER_SUBSCRIBED' }),
    ],
    ['suppressed', (state: KlaviyoAccountState) => Object.assign(state.profiles[1] ?? {}, { suppressions: [] })],
    ['mailable', (state: KlaviyoAccountState) => Object.assign(state.profiles[1] ?? {}, { mailable: true })],
    [
      'consented at',
      (state: KlaviyoAccountState) => Object.assign(state.profiles[0] ?? {}, { consentTimestamp: at(NOW) }),
    ],
    ['field first_name', (state: KlaviyoAccountState) => Object.assign(state.profiles[0] ?? {}, { first_name: null })],
    [
      'location city',
      (state: KlaviyoAccountState) => Object.assign(state.profiles[0]?.location ?? {}, { city: 'Rome' }),
    ],
    [
      'phone elsewhere',
      (state: KlaviyoAccountState) => Object.assign(state.profiles[0] ?? {}, { phone: '+16175552368' }),
    ],
    [
      'property Constant Contact ID',
      (state: KlaviyoAccountState) =>
        Object.assign(state.profiles[0]?.properties ?? {}, { 'Constant Contact ID': 'd' }),
    ],
    [
      'extra property',
      (state: KlaviyoAccountState) => Object.assign(state.profiles[0]?.properties ?? {}, { Birthday: '01-01' }),
    ],
    ['missing member', (state: KlaviyoAccountState) => state.lists[0]?.members.pop()],
    ['unexpected member', (state: KlaviyoAccountState) => state.lists[1]?.members.push(A)],
    ['lists of a name', (state: KlaviyoAccountState) => state.lists.pop()],
  ])('names a difference of the kind %s', (kind, spoil) => {
    const state = right();
    spoil(state);
    expect(compare(oracle, { state, events: [event] }).map((one) => one.kind)).toContain(kind);
  });

  it.each([
    ['missing event', []],
    ['doubled event', [event, { ...event, id: 'e2', uniqueId: 'u2' }]],
    ['unexpected event', [event, { ...event, id: 'e2', email: B }]],
  ])('names a %s', (kind, events) => {
    expect(compare(oracle, { state: right(), events }).map((one) => one.kind)).toEqual([kind]);
  });

  it('of a contact that moved, wants its profile under the new address and nobody under the old one', () => {
    const moved = 'moved@mail.portage-demo.org';
    const one = smallAccount(contact('c', A, 'explicit'));
    const then = after(one, NOW + 1000, { kind: 'change_email', contactId: 'c', address: moved });
    const mover = new Oracle(oracleOptions({ connectedAt: NOW }));
    mover.observe({ account: one, at: NOW }).observe({ account: then, at: NOW + DAY });
    const kinds = (state: KlaviyoAccountState) => compare(mover, { state, events: [] }).map(({ kind }) => kind);
    const state = right();
    const [anna] = state.profiles;
    if (!anna) throw new Error('nobody is there');
    const renamed = {
      ...anna,
      email: moved,
      properties: { ...anna.properties, 'Constant Contact Updated At': at(NOW + 1000) },
    };
    state.lists[0]?.members.splice(0, 9, moved);
    expect(kinds({ ...state, profiles: [renamed] })).toEqual([]);
    const left = { ...person(A), mailable: false, suppressions: [{ reason: 'USER_SUPPRESSED', timestamp: at(NOW) }] };
    expect(kinds({ ...state, profiles: [renamed, left] })).toEqual(['not renamed']);
    expect(kinds({ ...state, profiles: [renamed, person(A)] })).toEqual(['left address mailable']);
  });

  it('says how many of a kind there are, with examples', () => {
    const state = right();
    state.profiles.pop();
    const text = describeDifferences(compare(oracle, { state, events: [] }));
    expect(text).toContain('missing person: 1');
    expect(text).toContain(`${B}: expected "UNSUBSCRIBED"`);
  });
});

describe('the watch over mailability', () => {
  const entry = (email: string, mailable: boolean, time: number, request = 'r1'): KlaviyoAuditEntry => ({
    at: time,
    email,
    profileId: 'p',
    exists: true,
    consent: 'NEVER_SUBSCRIBED',
    suppressions: mailable ? [] : ['UNSUBSCRIBE'],
    mailable,
    cause: { request, endpoint: 'POST /x' },
  });
  const wrong = (...audit: KlaviyoAuditEntry[]): string[] =>
    new MailabilityWatch()
      .pass(NOW, oracle)
      .wrongMoments(audit)
      .map(({ email }) => email);

  it('finds a moment in which somebody opted out could be mailed, though it ended well', () => {
    expect(wrong(entry(B, true, NOW + 1), entry(B, false, NOW + 2))).toEqual([B]);
    expect(wrong(entry(B, false, NOW + 1), entry(B, true, NOW + 2), entry(B, false, NOW + 3))).toEqual([B]);
  });

  it('finds a stranger who became mailable', () => {
    expect(wrong(entry('x@mail.portage-demo.org', true, NOW + 1))).toEqual(['x@mail.portage-demo.org']);
  });

  it('accepts who may be mailed, who was mailable before the first pass, and what the owner did', () => {
    expect(wrong(entry(A, true, NOW + 1))).toEqual([]);
    expect(wrong(entry(B, true, NOW - 1), entry(B, false, NOW + 2))).toEqual([]);
    expect(wrong(entry(B, true, NOW + 1, 'admin'))).toEqual([]);
  });
});
