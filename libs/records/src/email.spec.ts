import fc from 'fast-check';
import { normaliseEmail } from './index.js';

describe('normaliseEmail', () => {
  it.each([
    ['Ada@Example.org', 'ada@example.org'],
    ['  ada@example.org\n', 'ada@example.org'],
    ["o'neil+news@sub.example.co", "o'neil+news@sub.example.co"],
    ['a@b-c.xn--p1ai', 'a@b-c.xn--p1ai'],
    [`${'l'.repeat(64)}@example.org`, `${'l'.repeat(64)}@example.org`],
    [`a@${'d'.repeat(63)}.${'e'.repeat(30)}.org`, `a@${'d'.repeat(63)}.${'e'.repeat(30)}.org`],
  ])('takes %j', (raw, email) => expect(normaliseEmail(raw)).toEqual({ ok: true, email }));

  it.each([null, undefined, '', ' \t\u00a0'])('%j is no address', (raw) => {
    expect(normaliseEmail(raw)).toEqual({ ok: false, reason: 'no_email' });
  });

  it.each([
    'ada',
    '@example.org',
    'ada@',
    'ada@localhost',
    'ada@example.c',
    'ada@example.123',
    'ada@192.168.0.1',
    'ada@[192.168.0.1]',
    'a da@example.org',
    'ada@exam ple.org',
    'ada@@example.org',
    'ada@b@example.org',
    '.ada@example.org',
    'ada.@example.org',
    'a..da@example.org',
    '"ada"@example.org',
    'ada,eve@example.org',
    'Ada <ada@example.org>',
    'ada@-example.org',
    'ada@example-.org',
    'ada@exa_mple.org',
    'ada@.example.org',
    'ada@example..org',
    'ada@example.org.',
    'ädä@example.org',
    'ada@exämple.org',
    'ada\u200b@example.org',
    '\u212aate@example.org',
    `${'l'.repeat(65)}@example.org`,
    `a@${'d'.repeat(64)}.org`,
    `${'l'.repeat(60)}@${'d'.repeat(37)}.org`,
  ])('refuses %j', (raw) => expect(normaliseEmail(raw)).toEqual({ ok: false, reason: 'invalid_email' }));

  it('changes nothing that it has made', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (raw) => {
        const first = normaliseEmail(raw);
        if (first.ok) expect(normaliseEmail(first.email)).toEqual(first);
      }),
    );
  });

  it('gives only short visible ASCII in lower case', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary' })), (raw) => {
        const result = normaliseEmail(raw);
        if (result.ok) expect(result.email).toMatch(/^[!-?^-~]{1,64}@[a-z0-9.-]+$/);
        if (result.ok) expect(result.email.length).toBeLessThanOrEqual(100);
      }),
    );
  });
});
