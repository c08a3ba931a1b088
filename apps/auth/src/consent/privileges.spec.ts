import { requirePrivileges, requireScopes } from './privileges.js';

const all = ['contacts:read', 'contacts:lists:read', 'campaign:read', 'ui:campaign:metrics'];

describe('requirePrivileges', () => {
  it('is content with all four, whatever else there is', () => {
    expect(() => requirePrivileges([...all, 'contacts:write'])).not.toThrow();
  });

  it.each(all)('names %s when it is missing, and only that', (missing) => {
    const words = messageOf(() => requirePrivileges(all.filter((name) => name !== missing)));
    expect(words).toContain(`(${missing})`);
    expect(words.match(/\([a-z:]+\)/g)).toHaveLength(1);
  });

  it('names all that is missing', () => {
    const words = messageOf(() => requirePrivileges([]));
    for (const name of all) expect(words).toContain(`(${name})`);
  });
});

describe('requireScopes', () => {
  it('believes that all was granted where the vendor does not say', () => {
    expect(() => requireScopes(undefined)).not.toThrow();
    expect(() => requireScopes(['contact_data', 'campaign_data', 'account_read'])).not.toThrow();
  });

  it('names what was not granted', () => {
    expect(messageOf(() => requireScopes(['account_read']))).toContain('contact_data, campaign_data');
  });
});

function messageOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
