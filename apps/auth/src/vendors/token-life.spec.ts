import { lifeOf } from './token-life.js';

const jwtOf = (claims: unknown) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;

describe('lifeOf', () => {
  it.each([
    ['what the answer says', 28_800, jwtOf({ iat: 0, exp: 5 }), 28_800],
    ['what the token says', undefined, jwtOf({ iat: 1000, exp: 87_400 }), 86_400],
    ['little, when neither says', undefined, 'opaque', 3600],
    ['little, when the claims are odd', undefined, jwtOf({ exp: 'soon' }), 3600],
    ['little, when there are no claims', undefined, jwtOf(null), 3600],
    ['what the token says when the answer says nothing', 0, jwtOf({ iat: 0, exp: 60 }), 60],
  ])('is %s', (_name, expiresIn, token, life) => {
    expect(lifeOf(expiresIn, token)).toBe(life);
  });
});
