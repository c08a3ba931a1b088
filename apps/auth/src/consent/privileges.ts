import { PortageError } from '@portage/platform';

/** What the user who consents must be able to do, in the vendor's name and in plain words. A Campaign Creator lacks the first. */
const needed = {
  'contacts:read': 'read contacts',
  'contacts:lists:read': 'read contact lists',
  'campaign:read': 'read campaigns',
  'ui:campaign:metrics': 'see campaign reports',
} as const;

/** Scopes that a token must carry for reading; whether a refresh token came is checked by looking at it. */
const neededScopes = ['contact_data', 'campaign_data', 'account_read'] as const;

/** @throws PortageError `auth.privileges_missing` (reauthorize) naming all that is missing */
export function requirePrivileges(privileges: readonly string[]): void {
  const missing = Object.entries(needed).filter(([name]) => !privileges.includes(name));
  if (missing.length === 0) return;
  const list = missing.map(([name, words]) => `${words} (${name})`).join(', ');
  throw new PortageError({
    code: 'auth.privileges_missing',
    disposition: 'reauthorize',
    message: `The Constant Contact user who allowed access may not ${list}. Sign in there as an Account Owner or Account Manager; the role Campaign Creator is not enough.`,
  });
}

/** @throws PortageError `auth.scopes_missing` (reauthorize) where the vendor says what it granted and that is too little */
export function requireScopes(granted: readonly string[] | undefined): void {
  const missing = neededScopes.filter((scope) => granted !== undefined && !granted.includes(scope));
  if (missing.length === 0) return;
  throw new PortageError({
    code: 'auth.scopes_missing',
    disposition: 'reauthorize',
    message: `Constant Contact did not grant ${missing.join(', ')}.`,
  });
}
