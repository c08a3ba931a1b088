import { type Permission, permissionSymbols, type SuppressionReason, suppressionReasonSymbols } from '@portage/records';
import { decide } from './decide.js';
import { type Decision } from './decision.js';
import { type ContactFacts, type EntryFacts } from './person.js';

const now = Date.UTC(2026, 5, 1);
const day = 86_400_000;
const past = now - 100 * day;

const contact = (over: Partial<ContactFacts> = {}): ContactFacts => ({
  contactId: 'c1',
  email: 'ann@portage.test',
  emailGiven: true,
  permission: 'explicit',
  optInAt: past,
  optOutAt: null,
  deleted: false,
  updatedAt: past,
  ...over,
});
const entry = (over: Partial<EntryFacts> = {}): EntryFacts => ({
  contactId: 'c1',
  contactDeleted: false,
  active: true,
  reason: 'unsubscribed',
  occurredAt: past + day,
  liftedAt: null,
  observedAt: now,
  ...over,
});
const says = (decision: Decision): string => `${decision.kind}: ${decision.reason}`;
const explicitOnly = { consent: 'explicit' } as const;
const bothKinds = { consent: 'explicit_and_implicit' } as const;

describe('one living contact without suppressions', () => {
  const held = (reason: string) => ({ past: `held: ${reason}`, future: `held: ${reason}`, none: `held: ${reason}` });
  const unsubscribed = {
    past: 'unsubscribed: permission',
    future: 'unsubscribed: permission',
    none: 'unsubscribed: permission',
  };
  const table: Record<Permission | 'under_review', { past: string; future: string; none: string }> = {
    explicit: {
      past: 'subscribed: explicit',
      future: 'no_consent: opt_in_in_future',
      none: 'no_consent: opt_in_without_date',
    },
    implicit: { past: 'no_consent: implicit', future: 'no_consent: implicit', none: 'no_consent: implicit' },
    not_set: held('not_set'),
    pending_confirmation: held('pending_confirmation'),
    temp_hold: held('temp_hold'),
    unknown: held('unknown_permission'),
    under_review: held('unknown_permission'),
    unsubscribed,
  };
  const dates = { past, future: now + day, none: null };
  const rows = Object.entries(table).flatMap(([permission, byDate]) =>
    Object.entries(byDate).map(([date, expected]) => ({ permission, date: date as keyof typeof dates, expected })),
  );

  it.each(rows)('$permission with an opt-in date of kind $date is $expected', ({ permission, date, expected }) => {
    const facts = contact({ permission: permission as Permission, optInAt: dates[date] });
    expect(says(decide({ contacts: [facts], entries: [] }, explicitOnly, now))).toBe(expected);
  });

  it.each(rows)(
    'implicit counts only where the owner said so: $permission, $date',
    ({ permission, date, expected }) => {
      const facts = contact({ permission: permission as Permission, optInAt: dates[date] });
      const becomes = permission === 'implicit' && date === 'past' ? 'subscribed: implicit' : expected;
      expect(says(decide({ contacts: [facts], entries: [] }, bothKinds, now))).toBe(becomes);
    },
  );

  it.each(rows.filter(({ permission }) => permission !== 'unsubscribed'))(
    'deleted with $permission, $date is skipped',
    ({ permission, date }) => {
      const facts = contact({ permission: permission as Permission, optInAt: dates[date], deleted: true });
      expect(says(decide({ contacts: [facts], entries: [] }, explicitOnly, now))).toBe('skipped: deleted');
    },
  );

  it('takes the opt-in date as the date of consent', () => {
    expect(decide({ contacts: [contact()], entries: [] }, explicitOnly, now)).toMatchObject({ consentedAt: past });
  });

  it.each([now, now + 1, 0, -1, Number.NaN])('does not take %p as the date of a past consent', (optInAt) => {
    expect(decide({ contacts: [contact({ optInAt })], entries: [] }, explicitOnly, now).kind).toBe('no_consent');
  });
});

describe('suppression entries over every permission, living and deleted', () => {
  const strongest: Record<SuppressionReason | 'legal_hold', { living: string; deleted: string }> = {
    unsubscribed: { living: 'unsubscribed: opted_out', deleted: 'unsubscribed: opted_out' },
    bounced: { living: 'suppressed: bounced', deleted: 'skipped: deleted' },
    suspended: { living: 'suppressed: suspended', deleted: 'skipped: deleted' },
    unknown: { living: 'suppressed: unknown_reason', deleted: 'skipped: deleted' },
    legal_hold: { living: 'suppressed: unknown_reason', deleted: 'skipped: deleted' },
    held: { living: 'held: held_entry', deleted: 'skipped: deleted' },
  };
  const rows = [...suppressionReasonSymbols, 'legal_hold' as const].flatMap((reason) =>
    permissionSymbols.flatMap((permission) =>
      [false, true].map((deleted) => ({
        reason,
        permission,
        deleted,
        expected: expectation(reason, permission, deleted),
      })),
    ),
  );

  function expectation(reason: SuppressionReason | 'legal_hold', permission: Permission, deleted: boolean): string {
    if (permission === 'unsubscribed') return 'unsubscribed: permission';
    const bySuppression = strongest[reason][deleted ? 'deleted' : 'living'];
    const holds = permission !== 'explicit' && permission !== 'implicit';
    if (reason === 'held' && !deleted && holds)
      return `held: ${permission === 'unknown' ? 'unknown_permission' : permission}`;
    return bySuppression;
  }

  it.each(rows)('$reason on $permission, deleted $deleted: $expected', ({ reason, permission, deleted, expected }) => {
    const person = {
      contacts: [contact({ permission, deleted })],
      entries: [entry({ reason: reason as SuppressionReason, contactDeleted: deleted })],
    };
    expect(says(decide(person, explicitOnly, now))).toBe(expected);
  });

  it.each(rows)(
    'an inactive $reason older than the opt-in changes nothing: $permission',
    ({ reason, permission, deleted }) => {
      const inactive = entry({ reason: reason as SuppressionReason, active: false, occurredAt: past - day });
      const contacts = [contact({ permission, deleted })];
      expect(says(decide({ contacts, entries: [inactive] }, explicitOnly, now))).toBe(
        says(decide({ contacts, entries: [] }, explicitOnly, now)),
      );
    },
  );
});

describe('opt-outs against opt-ins', () => {
  it.each([
    { optInAt: past, occurredAt: past + 1, expected: 'unsubscribed: opt_out_newer_than_opt_in' },
    { optInAt: past, occurredAt: past, expected: 'unsubscribed: opt_out_newer_than_opt_in' },
    { optInAt: past + 108, occurredAt: past, expected: 'unsubscribed: opt_out_newer_than_opt_in' },
    { optInAt: past, occurredAt: past - 1000, expected: 'subscribed: explicit' },
    { optInAt: null, occurredAt: past - 1, expected: 'unsubscribed: opt_out_newer_than_opt_in' },
    { optInAt: now + day, occurredAt: past, expected: 'unsubscribed: opt_out_newer_than_opt_in' },
  ])('an opt-out at $occurredAt against an opt-in at $optInAt: $expected', ({ optInAt, occurredAt, expected }) => {
    const taken = entry({ active: false, occurredAt });
    expect(says(decide({ contacts: [contact({ optInAt })], entries: [taken] }, explicitOnly, now))).toBe(expected);
    const own = contact({ optInAt, optOutAt: occurredAt });
    expect(says(decide({ contacts: [own], entries: [] }, explicitOnly, now))).toBe(expected);
  });

  it('counts an opt-out without a date from its observation', () => {
    const undated = entry({ occurredAt: null, observedAt: now - 5 });
    expect(decide({ contacts: [contact()], entries: [undated] }, explicitOnly, now)).toMatchObject({
      kind: 'unsubscribed',
      optedOutAt: now - 5,
    });
  });

  it('remembers the newest opt-out that was taken back', () => {
    const taken = [entry({ active: false, occurredAt: past - 9 }), entry({ active: false, occurredAt: past - 3 })];
    expect(decide({ contacts: [contact()], entries: taken }, explicitOnly, now)).toMatchObject({
      kind: 'subscribed',
      optedOutAt: past - 3,
    });
  });
});

describe('people without a usable address', () => {
  it.each([
    { emailGiven: false, expected: 'skipped: no_email' },
    { emailGiven: true, expected: 'skipped: invalid_email' },
  ])('address given $emailGiven: $expected', ({ emailGiven, expected }) => {
    const facts = contact({ email: null, emailGiven, permission: 'unsubscribed' });
    expect(says(decide({ contacts: [facts], entries: [] }, explicitOnly, now))).toBe(expected);
  });

  it('lets an opt-out at an address count although its contact has none', () => {
    const facts = contact({ email: null });
    expect(decide({ contacts: [facts], entries: [entry()] }, explicitOnly, now).kind).toBe('unsubscribed');
  });

  it('knows nothing about a person without contacts and reasons', () => {
    expect(says(decide({ contacts: [], entries: [] }, explicitOnly, now))).toBe('skipped: unknown_person');
    expect(says(decide({ contacts: [], entries: [entry({ active: false })] }, explicitOnly, now))).toBe(
      'skipped: unknown_person',
    );
  });
});

describe('several contacts of one person', () => {
  const other = contact({ contactId: 'c2', updatedAt: past + 5 });

  it('lets any one opt-out count for all, a deleted contact included', () => {
    const gone = contact({ permission: 'unsubscribed', deleted: true });
    expect(decide({ contacts: [gone, other], entries: [] }, explicitOnly, now)).toMatchObject({
      kind: 'unsubscribed',
      contactId: 'c2',
    });
  });

  it('holds all when one living contact is held, none when it is deleted', () => {
    const waiting = contact({ permission: 'pending_confirmation' });
    expect(decide({ contacts: [waiting, other], entries: [] }, explicitOnly, now).kind).toBe('held');
    const gone = { ...waiting, deleted: true };
    expect(decide({ contacts: [gone, other], entries: [] }, explicitOnly, now).kind).toBe('subscribed');
    const heldEntry = entry({ reason: 'held', contactDeleted: true });
    expect(decide({ contacts: [gone, other], entries: [heldEntry] }, explicitOnly, now).kind).toBe('subscribed');
  });

  it('lets a bounce of a deleted contact count for the living one', () => {
    const gone = contact({ deleted: true });
    const bounce = entry({ reason: 'bounced', contactDeleted: true });
    expect(decide({ contacts: [gone, other], entries: [bounce] }, explicitOnly, now).kind).toBe('suppressed');
  });

  it('prefers the living contact for the profile, then the one touched last, then the smaller id', () => {
    const deleted = contact({ contactId: 'c0', updatedAt: now, deleted: true });
    expect(decide({ contacts: [deleted, contact(), other], entries: [] }, explicitOnly, now)).toMatchObject({
      contactId: 'c2',
    });
    const twin = { ...other, contactId: 'c1' };
    expect(decide({ contacts: [other, twin], entries: [] }, explicitOnly, now)).toMatchObject({ contactId: 'c1' });
  });
});

describe('people known by entries alone', () => {
  it.each<{ reason: SuppressionReason; contactDeleted: boolean; expected: string }>([
    { reason: 'unsubscribed', contactDeleted: false, expected: 'unsubscribed: opted_out' },
    { reason: 'unsubscribed', contactDeleted: true, expected: 'unsubscribed: opted_out' },
    { reason: 'bounced', contactDeleted: false, expected: 'suppressed: bounced' },
    { reason: 'bounced', contactDeleted: true, expected: 'skipped: deleted' },
    { reason: 'held', contactDeleted: false, expected: 'held: held_entry' },
    { reason: 'held', contactDeleted: true, expected: 'skipped: deleted' },
  ])('$reason, contact deleted $contactDeleted: $expected, and no profile', ({ reason, contactDeleted, expected }) => {
    const decision = decide({ contacts: [], entries: [entry({ reason, contactDeleted })] }, explicitOnly, now);
    expect(says(decision)).toBe(expected);
    if (decision.kind !== 'skipped') expect(decision.contactId).toBeNull();
  });
});

describe('an address that its contact left', () => {
  it('is suppressed once loaded, unless a living contact holds it', () => {
    expect(says(decide({ contacts: [], entries: [], vacated: true }, explicitOnly, now))).toBe(
      'suppressed: address_left',
    );
    const gone = contact({ deleted: true });
    expect(says(decide({ contacts: [gone], entries: [], vacated: true }, explicitOnly, now))).toBe(
      'suppressed: address_left',
    );
    expect(decide({ contacts: [contact()], entries: [], vacated: true }, explicitOnly, now).kind).toBe('subscribed');
  });

  it('stays unsubscribed if it was', () => {
    expect(decide({ contacts: [], entries: [entry()], vacated: true }, explicitOnly, now).kind).toBe('unsubscribed');
  });
});
