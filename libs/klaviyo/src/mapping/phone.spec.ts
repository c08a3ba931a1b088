import { type Contact, type PhoneKind } from '@portage/records';
import { countryCodeOf } from './country.js';
import { phonesOf } from './phone.js';

const contact = (phones: [PhoneKind, string][], country: string | null = null): Contact =>
  ({
    phones: phones.map(([kind, number]) => ({ kind, number })),
    addresses:
      country === null ? [] : [{ kind: 'home', street: null, city: null, state: null, postalCode: null, country }],
  }) as unknown as Contact;

describe('phonesOf', () => {
  it.each<{ phones: [PhoneKind, string][]; country: string | null; account: string | null; expected: string[] }>([
    { phones: [['home', '(617) 555-0100']], country: null, account: 'US', expected: ['+16175550100'] },
    { phones: [['home', '(617) 555-0100']], country: null, account: null, expected: [] },
    { phones: [['home', '+49 1512 3456789']], country: 'United States', account: 'US', expected: ['+4915123456789'] },
    { phones: [['home', '01512 3456789']], country: 'Germany', account: 'US', expected: ['+4915123456789'] },
    { phones: [['home', '07400 123456']], country: 'England', account: 'US', expected: ['+447400123456'] },
    { phones: [['home', '(617) 555-0100']], country: 'Atlantis', account: 'US', expected: ['+16175550100'] },
    { phones: [['home', '212 555 2000 x12']], country: null, account: 'US', expected: ['+12125552000'] },
    {
      phones: [
        ['other', '+16175550103'],
        ['work', '+16175550102'],
        ['home', 'n/a'],
        ['mobile', '12345'],
      ],
      country: null,
      account: 'US',
      expected: ['+16175550102', '+16175550103'],
    },
    {
      phones: [
        ['home', '+1 617 555 0100'],
        ['mobile', '(617) 555-0101'],
        ['work', '617.555.0100'],
      ],
      country: null,
      account: 'US',
      expected: ['+16175550101', '+16175550100'],
    },
    {
      phones: [
        ['home', '+999 12 34'],
        ['work', '000-000-0000'],
      ],
      country: null,
      account: 'US',
      expected: [],
    },
  ])('$phones, address in $country, account in $account: $expected', ({ phones, country, account, expected }) => {
    expect(phonesOf(contact(phones, country), account)).toEqual(expected);
  });
});

describe('countryCodeOf', () => {
  it.each([
    ['United States', 'US'],
    ['usa', 'US'],
    [' de ', 'DE'],
    ['Deutschland', 'DE'],
    ['United Kingdom', 'GB'],
    ['', null],
    [null, null],
    ['Atlantis', null],
  ])('%p is %p', (word, expected) => {
    expect(countryCodeOf(word)).toBe(expected);
  });
});
