import { codecOf } from '@portage/records';
import { haveParts, idsOn, wireContact } from '../wire/contact.js';
import { parseRow, rowsOf } from '../wire/envelope.js';
import { contactContent, unexplainedIds } from './contact.mapper.js';

const definitions = {
  fields: new Map([
    ['f1', { label: 'Shirt', type: 'single_select', choices: new Map([['c1', 'Large']]) }],
    ['f2', { label: 'Note', type: 'string', choices: new Map() }],
  ]),
  tags: new Map([
    ['t1', 'vip'],
    ['t2', 'Donor'],
  ]),
};

const meta = { op: 'upsert', connectionId: 'c', accountId: 'a', runId: 'r', observedAt: 1, version: 1 } as const;

function mapped(raw: object) {
  return contactContent(wireContact.parse({ contact_id: 'p1', ...raw }), definitions);
}

describe('a contact', () => {
  it('is mapped whole, ids resolved to names', () => {
    const content = mapped({
      email_address: {
        address: ' Ada@Example.ORG ',
        permission_to_send: 'EXPLICIT',
        opt_in_source: 'Contact',
        opt_in_date: '2023-02-01T10:00:00Z',
      },
      first_name: 'Ada',
      birthday_month: 12,
      birthday_day: 10,
      created_at: '2020-01-01T00:00:00Z',
      custom_fields: [
        { custom_field_id: 'f2', value: 'hello' },
        { custom_field_id: 'f1', value: null, choice_ids: ['c1'] },
        { custom_field_id: 'f9', value: '1' },
        { custom_field_id: 'f2', value: '' },
      ],
      phone_numbers: [{ phone_number: '555', kind: 'Fax' }],
      list_memberships: ['l2', 'l1', 'l2'],
      taggings: ['t2', 't1', 'gone'],
      sms_channel: {
        sms_address: '555',
        dial_code: '1',
        sms_channel_consents: [{ sms_consent_permission: 'explicit' }],
      },
    });
    expect(content).toMatchObject({
      contactId: 'p1',
      emailAddress: ' Ada@Example.ORG ',
      email: 'ada@example.org',
      permission: 'explicit',
      optInAt: Date.UTC(2023, 1, 1, 10),
      birthdayMonth: 12,
      birthdayDay: 10,
      phones: [{ kind: 'unknown', number: '555' }],
      customFields: [
        { id: 'f1', label: 'Shirt', values: ['Large'] },
        { id: 'f2', label: 'Note', values: ['hello'] },
        { id: 'f9', label: 'f9', values: ['1'] },
      ],
      listIds: ['l1', 'l2'],
      tags: ['Donor', 'vip'],
      sms: { address: '555', dialCode: '1', permission: 'explicit' },
    });
    expect(codecOf('contacts').problems({ ...content, meta })).toEqual([]);
  });

  it.each([
    ['a word nobody documented', { address: 'a@b.example', permission_to_send: 'under_review' }, 'unknown'],
    ['no word', { address: 'a@b.example' }, 'unknown'],
    ['no address at all', undefined, 'not_set'],
  ])('has no consent by %s (invariant 4)', (_name, email, permission) => {
    expect(mapped({ email_address: email }).permission).toBe(permission);
  });

  it('is deleted whatever its date looks like', () => {
    expect(mapped({ deleted_at: '2024-01-02' }).deletedAt).toBe(Date.UTC(2024, 0, 2));
    expect(mapped({ deleted_at: '2024-01-02T03:04:05Z' }).deletedAt).toBe(Date.UTC(2024, 0, 2, 3, 4, 5));
    expect(mapped({ deleted_at: 'yesterday', updated_at: '2024-01-01T00:00:00Z' }).deletedAt).toBe(
      Date.UTC(2024, 0, 1),
    );
    expect(mapped({ deleted_at: null }).deletedAt).toBeNull();
  });

  it('names ids that the definitions do not explain', () => {
    const wire = wireContact.parse({
      contact_id: 'p',
      taggings: ['t1', 't9'],
      custom_fields: [
        { custom_field_id: 'f1', choice_ids: ['c7'] },
        { custom_field_id: 'f8', value: 'x' },
      ],
    });
    expect(unexplainedIds(wire, definitions)).toEqual(['f1', 'f8', 't9']);
  });

  it('is an odd row, not one without an address, when the address is of another kind', () => {
    const read = (email: unknown) => parseRow({ contact_id: 'p', email_address: email }, 'contacts', wireContact);
    expect([read(undefined), read(null)].map(({ ok }) => ok)).toEqual([true, true]);
    for (const email of ['a@x.example', ['a@x.example'], 5])
      expect(read(email)).toMatchObject({ ok: false, reason: 'In contacts, not usable: email_address.' });
  });

  it('is there though its row is odd, and a row without an id is counted', () => {
    const contacts = [{ contact_id: 'p', email_address: 'x' }, { contact_id: 'q' }, { contact_id: 'q' }, {}, null];
    expect(idsOn({ contacts })).toEqual({ ids: ['p', 'q'], nameless: 2 });
    expect(idsOn({})).toEqual({ ids: [], nameless: 0 });
  });

  it('survives wrong kinds of values in every field but its id and address', () => {
    const odd = {
      custom_fields: {},
      phone_numbers: [1],
      list_memberships: 'l',
      first_name: {},
      birthday_month: 'x',
    };
    expect(codecOf('contacts').problems({ ...mapped(odd), meta })).toEqual([]);
    expect(parseRow({ first_name: 'Eve' }, 'contacts', wireContact)).toMatchObject({
      ok: false,
      raw: { first_name: 'Eve' },
    });
  });

  it.each([
    [true, { contacts: [{ list_memberships: [] }, { list_memberships: ['l'] }] }],
    [true, { contacts: [{ contact_id: 'p' }, { taggings: [] }] }],
    [false, { contacts: [{ contact_id: 'p' }, null, 'x'] }],
    [false, { contacts: [] }],
    [false, {}],
  ])('comes with lists, tags or fields: %s', (expected, body) => {
    expect(haveParts(body)).toBe(expected);
  });

  it('comes in an envelope that may lack the array, but not be an error', () => {
    expect(rowsOf({ contacts_count: 0 }, 'contacts', wireContact)).toEqual([]);
    expect(() => rowsOf({ contacts: 'x' }, 'contacts', wireContact)).toThrow('not readable');
    expect(() => rowsOf({ error_key: 'x' }, 'contacts', wireContact)).toThrow();
  });
});
