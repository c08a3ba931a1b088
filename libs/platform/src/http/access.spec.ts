import { Secret } from '../secret.js';
import { scopesOf } from './access.js';

const tokens = {
  admin: [new Secret('admin-token-new'), new Secret('admin-token-old')],
  service: [new Secret('service-token')],
};

describe('scopesOf', () => {
  it.each([
    ['Bearer admin-token-new', ['admin']],
    ['Bearer admin-token-old', ['admin']],
    ['Bearer service-token', ['service']],
    ['Bearer service-token ', []],
    ['Bearer admin-token', []],
    ['bearer admin-token-new', []],
    ['Basic admin-token-new', []],
    ['Bearer ', []],
    ['', []],
    [undefined, []],
  ])('%s earns %j', (authorization, scopes) => {
    expect(scopesOf(authorization, tokens)).toEqual(scopes);
  });

  it('gives both to a token that is in both lists', () => {
    expect(scopesOf('Bearer x', { admin: [new Secret('x')], service: [new Secret('x')] })).toEqual([
      'admin',
      'service',
    ]);
  });

  it('gives nothing where no token is configured', () => {
    expect(scopesOf('Bearer undefined', { admin: [], service: [] })).toEqual([]);
  });
});
