import { cookieNameOf, cookieOptions } from './cookie.js';

describe('the cookie of a consent', () => {
  it.each([
    ['http://127.0.0.1:3001/oauth/callback/constant-contact', false],
    ['http://localhost:3001/oauth/callback/constant-contact', false],
    ['http://[::1]:3001/oauth/callback/constant-contact', false],
    ['https://localhost/oauth/callback/constant-contact', true],
    ['https://portage.example.org/oauth/callback/constant-contact', true],
    ['http://portage.example.org/oauth/callback/constant-contact', true],
    ['http://127.0.0.1.example.org/oauth/callback/constant-contact', true],
  ])('for %s is Secure: %s', (redirectUri, secure) => {
    expect(cookieOptions(redirectUri)).toMatchObject({ secure, httpOnly: true, sameSite: 'lax', maxAge: 600 });
  });

  it('comes along to the callback only', () => {
    expect(cookieOptions('https://a.example/x/oauth/callback/constant-contact').path).toBe(
      '/x/oauth/callback/constant-contact',
    );
  });

  it('has a name per state that does not show it', () => {
    expect(cookieNameOf('a')).not.toBe(cookieNameOf('b'));
    expect(cookieNameOf('some-state')).not.toContain('some-state');
  });
});
