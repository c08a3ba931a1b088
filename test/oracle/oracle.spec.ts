import { type Account, type Change } from '@portage/simulators';
import { Oracle, oracleOptions, type OracleOptions } from './index.js';
import { after, contact, DAY, klaviyo, NOW, person, smallAccount } from './small-account.fixture.js';

const A = 'a@mail.portage-demo.org';
const B = 'b@mail.portage-demo.org';

/** Passes a day apart, the first at NOW; each with the account as it then stood. */
function observed(accounts: Account[], options: Partial<OracleOptions> = {}): Oracle {
  const oracle = new Oracle(oracleOptions({ connectedAt: NOW, ...options }));
  accounts.forEach((account, pass) => oracle.observe({ account, at: NOW + pass * DAY }));
  return oracle;
}

function consentOf(oracle: Oracle, email: string): string {
  const found = oracle.people.get(email);
  if (found === undefined || !found.state.exists) return 'absent';
  return `${found.state.consent}${found.state.suppressed ? ', suppressed' : ''}${found.profile === undefined ? ', no profile' : ''}`;
}

const bounce = (activityId: string, code: 'B' | 'S' | 'D' | 'F' | 'V' | 'X'): Change => ({
  kind: 'engage',
  contactId: 'c',
  activityId,
  type: 'bounces',
  code,
});
const open = (activityId: string): Change => ({ kind: 'engage', contactId: 'c', activityId, type: 'opens' });
const early = NOW - 9 * DAY;
const late = NOW - 8 * DAY;

describe('the decision of a first pass', () => {
  it.each([
    ['explicit', {}, 'SUBSCRIBED'],
    ['implicit', {}, 'NEVER_SUBSCRIBED'],
    ['unsubscribed', {}, 'UNSUBSCRIBED, suppressed'],
    ['pending_confirmation', {}, 'NEVER_SUBSCRIBED, suppressed'],
    ['temp_hold', {}, 'NEVER_SUBSCRIBED, suppressed'],
    ['not_set', {}, 'NEVER_SUBSCRIBED, suppressed'],
    ['never heard of', {}, 'NEVER_SUBSCRIBED, suppressed'],
    ['explicit', { deletedAt: NOW - DAY, lists: [] }, 'absent'],
    ['temp_hold', { deletedAt: NOW - DAY, lists: [] }, 'absent'],
    ['unsubscribed', { deletedAt: NOW - DAY, lists: [] }, 'UNSUBSCRIBED, suppressed, no profile'],
  ])('%s %j is %s', (permission, more, expected) => {
    expect(consentOf(observed([smallAccount(contact('c', A, permission, more))]), A)).toBe(expected);
  });

  it.each([
    ['none', undefined],
    ['one in the future', NOW + DAY],
  ])('an explicit permission with %s as its date subscribes nobody', (_, optInDate) => {
    const someone = contact('c', A, 'explicit');
    if (optInDate === undefined) delete someone.email?.optInDate;
    else Object.assign(someone.email ?? {}, { optInDate });
    expect(consentOf(observed([smallAccount(someone)]), A)).toBe('NEVER_SUBSCRIBED');
  });

  it('an implicit permission with a date subscribes where the owner switched that on', () => {
    const oracle = observed([smallAccount(contact('c', A, 'implicit'))], { consent: 'explicit_and_implicit' });
    expect(consentOf(oracle, A)).toBe('SUBSCRIBED');
    expect(oracle.people.get(A)?.state.consentedAt).toBe(NOW - 100 * DAY);
  });

  it.each([
    'no-at.mail.portage-demo.org',
    'a@localhost',
    '"a"@mail.portage-demo.org',
    `${'x'.repeat(65)}@m.demo.org`,
    `a@${'x'.repeat(100)}.org`,
  ])('%s reaches nobody', (address) => {
    expect(observed([smallAccount(contact('c', address, 'explicit'))]).people.size).toBe(0);
  });

  it('casing and spaces make no other person, and any one opt-out counts for both', () => {
    const oracle = observed([
      smallAccount(contact('c', A, 'explicit'), contact('d', ` ${A.toUpperCase()} `, 'unsubscribed')),
    ]);
    expect([...oracle.people.keys()]).toEqual([A]);
    expect(consentOf(oracle, A)).toBe('UNSUBSCRIBED, suppressed');
  });
});

describe('reports', () => {
  const base = smallAccount(contact('c', A, 'explicit'));

  it.each([
    ['B suppresses', [bounce('a1', 'B')], 'SUBSCRIBED', true],
    ['S suppresses', [bounce('a1', 'S')], 'SUBSCRIBED', true],
    ['V does nothing', [bounce('a1', 'V'), bounce('a2', 'V'), bounce('a3', 'V')], 'SUBSCRIBED', false],
    ['two soft campaigns do nothing', [bounce('a1', 'D'), bounce('a2', 'F'), bounce('a2', 'X')], 'SUBSCRIBED', false],
    ['three soft campaigns suppress', [bounce('a1', 'D'), bounce('a2', 'F'), bounce('a3', 'X')], 'SUBSCRIBED', true],
  ] as [string, Change[], string, boolean][])('%s', (_, changes, __, suppressed) => {
    const expected = suppressed ? 'NEVER_SUBSCRIBED, suppressed' : 'SUBSCRIBED';
    expect(consentOf(observed([after(base, early, ...changes)]), A)).toBe(expected);
  });

  it('an open after the bounce lifts it before it was written, and never afterwards', () => {
    const bounced = after(base, early, bounce('a1', 'B'));
    const opened = after(bounced, late, open('a2'));
    expect(consentOf(observed([opened]), A)).toBe('SUBSCRIBED');
    expect(consentOf(observed([bounced, opened]), A)).toBe('NEVER_SUBSCRIBED, suppressed');
  });

  it('an open between soft bounces starts the count anew', () => {
    const softly = after(after(base, early, bounce('a1', 'D'), bounce('a2', 'D')), late, open('a2'));
    expect(consentOf(observed([after(softly, NOW - DAY, bounce('a3', 'D'))]), A)).toBe('SUBSCRIBED');
  });

  it('an opt-out row newer than the opt-in counts while the permission reads explicit, an older one does not', () => {
    const left = after(base, early, {
      kind: 'unsubscribe',
      contactId: 'c',
      by: 'Contact',
      activityId: 'a1',
      rowOnly: true,
    });
    expect(consentOf(observed([left]), A)).toBe('UNSUBSCRIBED, suppressed');
    expect(
      consentOf(observed([after(left, NOW - DAY, { kind: 'resubscribe', contactId: 'c', movesDates: true })]), A),
    ).toBe('SUBSCRIBED');
    const [someone] = left.contacts;
    Object.assign(someone?.email ?? {}, { optInDate: early + 108 });
    expect(consentOf(observed([left]), A)).toBe('UNSUBSCRIBED, suppressed');
  });

  it('rows of removed and of vanished campaigns cannot be read', () => {
    const left = after(base, early, bounce('a1', 'B'));
    for (const change of [{ status: 'Removed' }, { vanished: true }]) {
      const hidden = structuredClone(left);
      Object.assign(hidden.campaigns[0] ?? {}, change);
      expect(consentOf(observed([hidden]), A)).toBe('SUBSCRIBED');
    }
  });
});

describe('later passes', () => {
  const base = smallAccount(contact('c', A, 'explicit'));
  const out = after(base, NOW + 1000, { kind: 'unsubscribe', contactId: 'c', by: 'Contact' });

  it('an opt-out arrives, and a newer opt-in lifts it', () => {
    expect(consentOf(observed([base, out]), A)).toBe('UNSUBSCRIBED, suppressed');
    const back = after(out, NOW + DAY + 1000, { kind: 'resubscribe', contactId: 'c', movesDates: true });
    expect(consentOf(observed([base, out, back]), A)).toBe('SUBSCRIBED');
  });

  it('a permission that reads explicit again without a newer date lifts nothing', () => {
    const back = after(out, NOW + DAY + 1000, { kind: 'resubscribe', contactId: 'c', movesDates: false });
    expect(consentOf(observed([base, out, back]), A)).toBe('UNSUBSCRIBED, suppressed');
  });

  it('an opt-out that Klaviyo had before stays whatever the source says', () => {
    const before = klaviyo([
      person(A, { consent: 'UNSUBSCRIBED', suppressions: [{ reason: 'UNSUBSCRIBE', timestamp: '' }] }),
    ]);
    const oracle = observed([base], { before });
    expect(consentOf(oracle, A)).toBe('UNSUBSCRIBED, suppressed');
    expect(oracle.people.get(A)?.lists).toEqual(['l1']);
  });

  it('a subscription that Klaviyo had before is left alone where the source has none', () => {
    const before = klaviyo([person(A, { consent: 'SUBSCRIBED' })]);
    expect(consentOf(observed([smallAccount(contact('c', A, 'implicit'))], { before }), A)).toBe('SUBSCRIBED');
  });

  it('a hold that ends in an explicit permission is lifted, in an implicit one not', () => {
    const held = smallAccount(contact('c', A, 'temp_hold'));
    const change = (permission: string): Account =>
      after(held, NOW + 1, { kind: 'set_permission', contactId: 'c', permission });
    expect(consentOf(observed([held, change('explicit')]), A)).toBe('SUBSCRIBED');
    expect(consentOf(observed([held, change('implicit')]), A)).toBe('NEVER_SUBSCRIBED, suppressed');
  });

  it('a deletion after loading changes nothing; a revival loads again', () => {
    const gone = after(base, NOW + 1, { kind: 'delete_contact', contactId: 'c' });
    const oracle = observed([base, gone]);
    expect(consentOf(oracle, A)).toBe('SUBSCRIBED');
    expect(oracle.people.get(A)?.lists).toEqual(['l1']);
    const back = after(gone, NOW + DAY, { kind: 'revive_contact', contactId: 'c', listId: 'l2' });
    expect(observed([base, gone, back]).people.get(A)?.lists).toEqual(['l2']);
  });

  it('a changed address leaves the old one unmailable and keeps an unsubscribe that got lost on the way', () => {
    const moved = after(base, NOW + 1, { kind: 'change_email', contactId: 'c', address: B });
    const oracle = observed([base, moved]);
    expect([oracle.people.get(A)?.former, oracle.people.get(A)?.state.mailable, consentOf(oracle, B)]).toEqual([
      true,
      false,
      'SUBSCRIBED',
    ]);
    const lost = after(out, NOW + DAY, { kind: 'change_email', contactId: 'c', address: B, permission: 'explicit' });
    expect(consentOf(observed([base, out, lost]), B)).toBe('UNSUBSCRIBED, suppressed');
  });

  describe('a profile gets the new address of its contact', () => {
    const moved = (account: Account, permission?: string) =>
      after(account, NOW + 1, {
        kind: 'change_email',
        contactId: 'c',
        address: B,
        ...(permission ? { permission } : {}),
      });
    const renamesOf = (accounts: Account[], options: Partial<OracleOptions> = {}) =>
      Object.fromEntries(observed(accounts, options).renames);

    it('where nobody is known under it and the old one is mailed, surely where no event was sent to it', () => {
      expect(renamesOf([base, moved(base)])).toEqual({ [A]: { to: B, certain: true } });
      const opened = after(base, early, open('a2'));
      expect(renamesOf([opened, moved(opened)])).toEqual({ [A]: { to: B, certain: false } });
    });

    it('with its consent and phone number', () => {
      const phones = [{ kind: 'mobile' as const, number: '+1 415 555 2671' }];
      const account = smallAccount(contact('c', A, 'explicit', { phones }));
      const { state, phone } = observed([account, moved(account)]).people.get(B) ?? {};
      expect([state?.consent, state?.consentedAt, phone]).toEqual(['SUBSCRIBED', NOW - 100 * DAY, '+14155552671']);
    });

    it.each<[string, Account[], Partial<OracleOptions>?]>([
      ['somebody is known under the new one', [base, moved(base)], { before: klaviyo([person(B)]) }],
      ['the old one opted out', [out, moved(out, 'explicit')]],
      ['the new one may not be mailed', [base, moved(base, 'temp_hold')]],
      ['the source proves no consent and the profile has some', [base, moved(base, 'implicit')]],
    ])('but not where %s', (_, accounts, options = {}) => {
      expect(renamesOf(accounts, options)).toEqual({});
    });
  });
});

describe('events', () => {
  const base = smallAccount(contact('c', A, 'explicit'), contact('d', B, 'explicit', { deletedAt: NOW - DAY }));

  it('come once a row, equal rows too, with what the row says', () => {
    const account = after(base, early, { ...open('a2'), times: 2 } as Change, {
      kind: 'engage',
      contactId: 'c',
      activityId: 'a2',
      type: 'clicks',
      device: 'mobile',
    });
    const { events } = observed([account, account]);
    expect(events.map(({ metric }) => metric)).toEqual([
      'Opened Email (Constant Contact)',
      'Opened Email (Constant Contact)',
      'Clicked Email (Constant Contact)',
    ]);
    expect(events[2]).toEqual({
      metric: 'Clicked Email (Constant Contact)',
      email: A,
      contactId: 'c',
      second: early / 1000,
      optional: false,
      properties: {
        'Campaign Name': 'Letter 2',
        'Campaign ID': 'c2',
        'Campaign Activity ID': 'a2',
        Subject: 'Hello',
        URL: 'https://www.portage-demo.org/x',
        'URL ID': '7',
        Device: 'mobile',
      },
    });
  });

  it('are not sent for deleted people, not even later, nor for auto-replies, nor for types that are off, nor beyond the limit', () => {
    const quiet: Change[] = [
      { kind: 'engage', contactId: 'd', activityId: 'a2', type: 'opens' },
      { kind: 'engage', contactId: 'c', activityId: 'a2', type: 'forwards' },
      bounce('a2', 'V'),
    ];
    const account = after(base, early, ...quiet);
    const revived = after(account, NOW + 1, { kind: 'revive_contact', contactId: 'd' });
    expect(observed([account, revived]).events).toEqual([]);
    expect(observed([after(base, early, open('a2'))], { historyDays: 3 }).events).toEqual([]);
    expect(observed([after(base, early, open('a2'))], { collectEngagement: false }).events).toEqual([]);
  });

  it('go to the address of the moment in which they were read', () => {
    const opened = after(base, early, open('a2'));
    const moved = after(opened, NOW + 1, { kind: 'change_email', contactId: 'c', address: 'n@mail.portage-demo.org' });
    const again = after(moved, NOW + 2000, open('a3'));
    expect(observed([opened, again]).events.map(({ email }) => email)).toEqual([A, 'n@mail.portage-demo.org']);
  });
});

describe('profiles and lists', () => {
  it('show what the contact says', () => {
    const someone = contact('c', A, 'explicit', {
      companyName: 'Mill',
      birthday: { month: 2, day: 3 },
      addresses: [
        { kind: 'other', city: 'Leeds' },
        { kind: 'work', city: 'Köln', country: 'Deutschland' },
      ],
      phones: [
        { kind: 'home', number: 'n/a' },
        { kind: 'work', number: '01512 3456789' },
      ],
    });
    const found = observed([smallAccount(someone)]).people.get(A);
    expect(found?.phone).toBe('+4915123456789');
    expect(found?.profile?.location).toEqual({ city: 'Köln', country: 'Deutschland' });
    expect(found?.profile?.fields).toEqual({
      first_name: 'Ada',
      last_name: undefined,
      organization: 'Mill',
      title: undefined,
    });
    expect(found?.profile?.properties).toEqual({
      'Constant Contact ID': 'c',
      'Constant Contact Permission': 'explicit',
      'Constant Contact Opt-In Source': 'Contact',
      'Constant Contact Opt-In Date': { moment: NOW - 100 * DAY },
      'Constant Contact Created At': { moment: NOW - 100 * DAY },
      'Constant Contact Updated At': { moment: NOW - 100 * DAY },
      Birthday: '02-03',
    });
  });

  it('keep a shared number out, and a number that was sent where it is', () => {
    const phones = [{ kind: 'home' as const, number: '+1 617-555-2368' }];
    const alone = smallAccount(contact('c', A, 'explicit', { phones }));
    const joined = after(alone, NOW + 1, { kind: 'add_contact', contact: contact('d', B, 'explicit', { phones }) });
    const phonesOf = (oracle: Oracle): unknown[] => [A, B].map((email) => oracle.people.get(email)?.phone);
    expect(phonesOf(observed([joined]))).toEqual([undefined, undefined]);
    expect(phonesOf(observed([alone, joined]))).toEqual(['+16175552368', undefined]);
  });

  it('make open lists, two of one name too, keep off the lists of others, and rename', () => {
    const account = smallAccount();
    const names = (oracle: Oracle): unknown[] => [...oracle.lists.targets.values()];
    expect(names(observed([account]))).toEqual([
      { kind: 'made', name: 'News' },
      { kind: 'made', name: 'News' },
    ]);
    const before = klaviyo([], [{ id: 'X', name: 'News', optIn: 'double_opt_in', created: '', members: [] }]);
    expect(names(observed([account], { before, listMap: { l2: 'X' } }))).toEqual([
      { kind: 'made', name: 'News (Constant Contact)' },
      { kind: 'mapped', id: 'X' },
    ]);
    const changed = after(
      account,
      NOW,
      { kind: 'delete_list', listId: 'l1' },
      { kind: 'rename_list', listId: 'l2', name: 'Letters' },
    );
    expect(names(observed([changed]))).toEqual([{ kind: 'made', name: 'Letters' }]);
    expect(names(observed([account, changed]))).toEqual([
      { kind: 'made', name: 'News' },
      { kind: 'made', name: 'Letters' },
    ]);
    expect(names(observed([account], { createLists: false }))).toEqual([]);
  });
});
