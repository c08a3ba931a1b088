import fc from 'fast-check';
import { contactKey, keyOf, listKey, markKey, parseKey } from './index.js';

const part = fc.string({ minLength: 1 }).filter((text) => !text.includes(':'));

describe('keys', () => {
  it('come apart into what they were made of', () => {
    fc.assert(
      fc.property(part, fc.string({ minLength: 1 }), (connectionId, sourceId) => {
        expect(parseKey(keyOf(connectionId, sourceId))).toEqual({ connectionId, sourceId });
      }),
    );
  });

  it.each([
    ['', 'x'],
    ['a:b', 'x'],
    ['a', ''],
  ])('are refused for %j and %j, which could not be told apart again', (connectionId, sourceId) => {
    expect(() => keyOf(connectionId, sourceId)).toThrow(RangeError);
  });

  it.each(['', 'plain', ':x', 'a:'])('%j is nobody’s key', (key) => expect(parseKey(key)).toBeNull());

  it('are the same for a contact, its suppressions and its activities', () => {
    const meta = { connectionId: 'c1' };
    expect(contactKey({ meta, contactId: '7' } as never)).toBe('c1:7');
    expect(listKey({ meta, listId: 'l' } as never)).toBe('c1:l');
    expect(markKey({ connectionId: 'c1', stream: 'lists' })).toBe('c1:lists');
  });
});
