import { renderAudit } from './audit.js';
import { redirectUriOf } from './connect.js';

const entry = {
  id: 7,
  at: '2026-11-25T08:09:10.123Z',
  actor: 'owner',
  address: null,
  action: 'consent.completed',
  connectionId: null,
  outcome: 'auth.other_account',
  details: {},
};

describe('the audit on a terminal', () => {
  it('has a line for each entry, and tells how to see older ones', () => {
    const text = renderAudit({ entries: [entry], next: 7 });
    expect(text).toMatch(/^2026-11-25 08:09:10 +owner +- +consent\.completed +auth\.other_account +-$/m);
    expect(text).toContain('--before 7');
  });

  it('says that there is nothing', () => {
    expect(renderAudit({ entries: [], next: null })).toBe('Nothing was done yet.\n');
  });
});

it('the redirect URI is below the address that the link is below', () => {
  expect(redirectUriOf('https://example.org/portage/connections/a-b/authorize?ticket=x.y')).toBe(
    'https://example.org/portage/oauth/callback/constant-contact',
  );
});
