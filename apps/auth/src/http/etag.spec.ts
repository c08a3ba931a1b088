import { etagOf, matches } from './etag.js';

describe('an ETag', () => {
  const etag = etagOf('{"connections":[]}');

  it('follows the body', () => {
    expect(etagOf('{"connections":[]}')).toBe(etag);
    expect(etagOf('{"connections":[{}]}')).not.toBe(etag);
    expect(etag).toMatch(/^"[\w-]+"$/);
  });

  it.each([
    [etag, true],
    [`W/${etag}`, true],
    [`"other", ${etag}`, true],
    ['*', true],
    ['"other"', false],
    ['', false],
    [undefined, false],
  ])('is matched by %s: %s', (header, expected) => {
    expect(matches(header, etag)).toBe(expected);
  });
});
