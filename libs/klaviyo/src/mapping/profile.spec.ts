import { type Contact } from '@portage/records';
import { mapProfile, type MappedProfile, type ProfileContext } from './profile.js';

const at = Date.UTC(2024, 1, 29, 12, 30);
const bare: Contact = {
  meta: { op: 'upsert', connectionId: 'k', accountId: 'a', runId: 'r', observedAt: at, version: at },
  contactId: '7b1f',
  emailAddress: ' Ann@Portage.test',
  email: 'ann@portage.test',
  firstName: null,
  lastName: null,
  jobTitle: null,
  companyName: null,
  birthdayMonth: null,
  birthdayDay: null,
  anniversary: null,
  phones: [],
  addresses: [],
  customFields: [],
  tags: [],
  listIds: [],
  permission: 'explicit',
  optInSource: null,
  optInAt: null,
  optOutSource: null,
  optOutAt: null,
  optOutReason: null,
  createdAt: null,
  updatedAt: null,
  deletedAt: null,
  sms: null,
};
const address = { street: null, city: null, state: null, postalCode: null, country: null };
const mapped = (contact: Partial<Contact>, context: Partial<ProfileContext> = {}): MappedProfile => {
  const result = mapProfile(
    { ...bare, ...contact },
    { email: 'ann@portage.test', accountCountry: 'US', sendPhone: true, written: [], ...context },
  );
  if ('rejected' in result) throw new Error(result.rejected);
  return result;
};

describe('mapProfile', () => {
  it('omits what is missing, blank or empty', () => {
    expect(mapped({ firstName: '  ', optOutReason: '' }).row).toEqual({
      attributes: {
        email: 'ann@portage.test',
        properties: { 'Constant Contact ID': '7b1f', 'Constant Contact Permission': 'explicit' },
      },
    });
  });

  it('carries everything a contact can have', () => {
    const { row } = mapped({
      firstName: 'Ann ',
      lastName: 'Ågren',
      companyName: 'Mill',
      jobTitle: 'Miller',
      birthdayMonth: 2,
      birthdayDay: 9,
      anniversary: '2001-05-06',
      tags: ['a', 'b'],
      optInSource: 'Contact',
      optInAt: at,
      optOutSource: 'Account',
      optOutAt: at + 1000,
      optOutReason: 'too many',
      createdAt: at,
      updatedAt: at,
      addresses: [
        { ...address, kind: 'work', city: 'Bonn' },
        {
          kind: 'home',
          street: '1 Mill Rd',
          city: 'Boston',
          state: 'MA',
          postalCode: '02110',
          country: 'United States',
        },
      ],
      phones: [{ kind: 'home', number: '(617) 555-0100' }],
      customFields: [
        { id: 'f2', label: 'Interests', type: 'multi_select', values: ['Books'] },
        { id: 'f1', label: 'Points', type: 'number', values: ['0'] },
        { id: 'f3', label: 'Empty', type: 'string', values: [] },
      ],
    });
    expect(row).toEqual({
      attributes: {
        email: 'ann@portage.test',
        phone_number: '+16175550100',
        first_name: 'Ann',
        last_name: 'Ågren',
        organization: 'Mill',
        title: 'Miller',
        location: { address1: '1 Mill Rd', city: 'Boston', region: 'MA', zip: '02110', country: 'United States' },
        properties: {
          Anniversary: '2001-05-06',
          Birthday: '02-09',
          'Constant Contact Created At': '2024-02-29T12:30:00.000Z',
          'Constant Contact ID': '7b1f',
          'Constant Contact Opt-In Date': '2024-02-29T12:30:00.000Z',
          'Constant Contact Opt-In Source': 'Contact',
          'Constant Contact Opt-Out Date': '2024-02-29T12:30:01.000Z',
          'Constant Contact Opt-Out Reason': 'too many',
          'Constant Contact Opt-Out Source': 'Account',
          'Constant Contact Permission': 'explicit',
          'Constant Contact Tags': ['a', 'b'],
          'Constant Contact Updated At': '2024-02-29T12:30:00.000Z',
          Interests: ['Books'],
          Points: '0',
        },
      },
    });
  });

  it.each([
    { sendPhone: true, number: '(617) 555-0100', phone: '+16175550100', property: undefined },
    { sendPhone: false, number: '(617) 555-0100', phone: undefined, property: '+16175550100' },
    { sendPhone: true, number: 'call office', phone: undefined, property: 'call office' },
    { sendPhone: true, number: ' ', phone: undefined, property: undefined },
  ])('puts "$number" (may be sent: $sendPhone) in one place only', ({ sendPhone, number, phone, property }) => {
    const { row, phone: sent } = mapped({ phones: [{ kind: 'home', number }] }, { sendPhone });
    expect(row.attributes.phone_number).toBe(phone);
    expect(row.attributes.properties?.['Constant Contact Phone']).toBe(property);
    expect(sent).toBe(phone ?? null);
  });

  it('keeps labels apart that would overwrite one another or mean something to Klaviyo', () => {
    const field = { type: 'string', values: ['x'] };
    const { row } = mapped({
      birthdayMonth: 1,
      birthdayDay: 2,
      customFields: [
        { ...field, id: 'a', label: 'Tier' },
        { ...field, id: 'b', label: 'Tier' },
        { ...field, id: 'c', label: 'Birthday' },
        { ...field, id: 'd', label: '$consent' },
        { ...field, id: 'e', label: ' ' },
        { ...field, id: 'f', label: '__proto__' },
      ],
    });
    const names = Object.keys(row.attributes.properties ?? {}).filter((name) => !/ID$|Permission$/.test(name));
    expect(names).toEqual([
      'Birthday',
      'Tier',
      'Tier (b)',
      'Birthday (c)',
      'Constant Contact $consent',
      'Constant Contact Field e',
      '__proto__',
    ]);
    expect(row.attributes.properties?.['Birthday']).toBe('01-02');
  });

  it('clears what an earlier write set and the source no longer has, and nothing else', () => {
    const before = mapped({
      firstName: 'Ann',
      tags: ['a'],
      phones: [{ kind: 'home', number: '(617) 555-0100' }],
      addresses: [{ ...address, kind: 'home', city: 'Boston', state: 'MA' }],
    });
    expect(before.fields).toEqual([
      'phone_number',
      'first_name',
      'location.city',
      'location.region',
      'properties.Constant Contact ID',
      'properties.Constant Contact Permission',
      'properties.Constant Contact Tags',
    ]);
    const after = mapped({ addresses: [{ ...address, kind: 'home', city: 'Salem' }] }, { written: before.fields });
    expect(after.row).toEqual({
      attributes: {
        email: 'ann@portage.test',
        first_name: null,
        phone_number: null,
        location: { city: 'Salem', region: null },
        properties: { 'Constant Contact ID': '7b1f', 'Constant Contact Permission': 'explicit' },
      },
      meta: { patch_properties: { unset: ['Constant Contact Tags'] } },
    });
    expect(after.fields).not.toContain('first_name');
    expect(mapped({ firstName: 'Ann' }, { written: ['first_name'] }).row.meta).toBeUndefined();
  });

  it('has one fingerprint for one content, whatever the order of fields and what was written before', () => {
    const fields = [
      { id: 'a', label: 'Z', type: 'string', values: ['1'] },
      { id: 'b', label: 'A', type: 'string', values: ['2'] },
    ];
    const one = mapped({ customFields: fields });
    expect(mapped({ customFields: [...fields].reverse() }, { written: ['first_name'] }).fingerprint).toBe(
      one.fingerprint,
    );
    expect(mapped({ customFields: fields.slice(1) }).fingerprint).not.toBe(one.fingerprint);
    expect(mapped({ customFields: fields, firstName: 'Ann' }).fingerprint).not.toBe(one.fingerprint);
  });

  it('knows how much of a request a row takes', () => {
    for (const written of [[], ['title', 'properties.Ünit']]) {
      const { bytes, row } = mapped(
        { firstName: 'Ä', phones: [{ kind: 'home', number: '(617) 555-0100' }] },
        { written },
      );
      expect(bytes).toBe(Buffer.byteLength(JSON.stringify({ type: 'profile', ...row })) + 1);
    }
  });

  it('takes the numbers that the caller has found already', () => {
    expect(mapped({ phones: [{ kind: 'home', number: 'n/a' }] }, { phones: ['+16175550100'] }).phone).toBe(
      '+16175550100',
    );
  });

  it('rejects a profile that the vendor would not take', () => {
    const customFields = [{ id: 'a', label: 'Long', type: 'string', values: ['é'.repeat(50_000)] }];
    const context = { email: 'ann@portage.test', accountCountry: null, sendPhone: true, written: [] };
    expect(mapProfile({ ...bare, customFields }, context)).toEqual({ rejected: 'klaviyo.profile_too_large' });
  });
});
