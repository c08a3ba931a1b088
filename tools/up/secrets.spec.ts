import { parseSecrets } from './secrets.js';

describe('the file of secrets', () => {
  it('keeps what follows the first equals sign: base64 ends in some', () => {
    expect(parseSecrets('PORTAGE_ENCRYPTION_KEYS=home:AAAA==\nPORTAGE_ADMIN_TOKEN=t\n')).toEqual({
      PORTAGE_ENCRYPTION_KEYS: 'home:AAAA==',
      PORTAGE_ADMIN_TOKEN: 't',
    });
  });

  it('passes over comments and names that it does not know', () => {
    expect(parseSecrets('# PORTAGE_ADMIN_TOKEN=x\nPATH=/bin\n\n')).toEqual({});
  });
});
