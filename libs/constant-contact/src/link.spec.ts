import { nextLink, relativeLink } from './link.js';

const base = 'https://api.cc.email/v3/contacts?limit=500';
const next = (href: unknown) => ({ _links: { next: { href } } });

describe('the next link', () => {
  it.each([
    ['no links', { contacts: [] }],
    ['empty links', { _links: {} }],
    ['null links', { _links: null }],
    ['a null next', { _links: { next: null } }],
    ['a null href', next(null)],
    ['an empty href', next('')],
  ])('is absent on a last page with %s', (_name, body) => {
    expect(nextLink(body, base)).toBeNull();
  });

  it.each([
    ['/v3/contacts?cursor=bGlt%3D%3D', 'https://api.cc.email/v3/contacts?cursor=bGlt%3D%3D'],
    ['https://api.cc.email/v3/contacts?cursor=a', 'https://api.cc.email/v3/contacts?cursor=a'],
    ['/v3/reports/x?next=7', 'https://api.cc.email/v3/reports/x?next=7'],
  ])('is followed as it is: %s', (href, url) => {
    expect(nextLink(next(href), base)).toBe(url);
    expect(new URL(relativeLink(url), base).href).toBe(url);
  });

  it.each([
    'https://evil.example/v3/contacts',
    '//evil.example/x',
    'http://api.cc.email/v3/x',
    'https://a@api.cc.email/',
    'http://',
  ])('is refused when it leaves the host: %s', (href) => {
    expect(() => nextLink(next(href), base)).toThrow('another host');
  });
});
