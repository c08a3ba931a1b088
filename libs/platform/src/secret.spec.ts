import { format, inspect } from 'node:util';
import { Secret } from './secret.js';

describe('Secret', () => {
  const secret = new Secret('hunter2');

  it.each([
    ['String()', () => String(secret)],
    ['a template', () => `${secret.toString()}`],
    ['JSON', () => JSON.stringify({ secret })],
    ['inspect', () => inspect({ nested: { secret } }, { depth: 5, showHidden: true })],
    ['format', () => format('%s %o %j', secret, secret, secret)],
    ['its keys', () => JSON.stringify(Object.entries(secret))],
  ])('does not show itself to %s', (_name, print) => {
    expect(print()).not.toContain('hunter2');
  });

  it('is revealed only when asked', () => {
    expect(secret.reveal()).toBe('hunter2');
  });
});
