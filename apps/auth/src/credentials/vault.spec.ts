import fc from 'fast-check';
import { Secret } from '@portage/platform';
import { Vault } from './vault.js';

const keyOf = (id: string, fill: number) => ({ id, key: new Secret(Buffer.alloc(32, fill).toString('base64')) });
const place = { table: 'auth.credentials', row: 'c1/klaviyo', column: 'private_key' };
const secret = new Secret('pk_hunter2');

describe('Vault', () => {
  const vault = new Vault([keyOf('new', 1), keyOf('old', 2)]);

  it('opens what it sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(vault.open(vault.seal(new Secret(text), place), place).reveal()).toBe(text);
      }),
    );
  });

  it('never makes the same envelope twice, nor one that shows the secret', () => {
    const [one, two] = [vault.seal(secret, place), vault.seal(secret, place)];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^v1:new:[\w-]+$/);
    expect(Buffer.from(one.split(':')[2] ?? '', 'base64url').toString('latin1')).not.toContain('hunter2');
  });

  it('opens with a former key, and seals with the first', () => {
    const old = new Vault([keyOf('old', 2)]).seal(secret, place);
    expect(vault.open(old, place).reveal()).toBe('pk_hunter2');
    expect(vault.seal(secret, place).split(':')[1]).toBe('new');
  });

  it.each([
    ['table', { ...place, table: 'auth.other' }],
    ['row', { ...place, row: 'c2/klaviyo' }],
    ['column', { ...place, column: 'access_token' }],
    ['shifted borders', { table: 'auth.credentials', row: 'c1/klaviyoprivate_key', column: '' }],
  ])('does not open a value that was moved to another %s', (_what, other) => {
    const envelope = vault.seal(secret, place);
    expect(() => vault.open(envelope, other)).toThrow('cannot be read');
  });

  it('does not open a value that was changed in any byte', () => {
    const [version, id, content = ''] = vault.seal(secret, place).split(':');
    const bytes = Buffer.from(content, 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => vault.open(`${version}:${id}:${changed.toString('base64url')}`, place)).toThrow('cannot be read');
    }
  });

  it.each(['', 'v1', 'v1:new:', 'v1:new:AAAA', 'v2:new:AAAA', 'plain text'])('says so of "%s"', (envelope) => {
    expect(() => vault.open(envelope, place)).toThrow(
      expect.objectContaining({ code: 'auth.secret_unreadable' }) as Error,
    );
  });

  it('names the key that is missing', () => {
    const envelope = new Vault([keyOf('gone', 3)]).seal(secret, place);
    expect(() => vault.open(envelope, place)).toThrow('Encryption key "gone" is needed');
  });
});
