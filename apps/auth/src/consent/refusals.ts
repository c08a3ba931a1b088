import { PortageError } from '@portage/platform';
import { type Redemption } from './authorization-store.js';

/** What the owner reads when connecting did not work, and what to do about it. `status` is that of the page. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly next: string;
}

const again = 'Ask for a fresh link and start again.';

const refusals = {
  'auth.link_invalid': { status: 403, reason: 'This link is not one of ours, or was changed on its way.', next: again },
  'auth.link_expired': { status: 403, reason: 'This link is older than ten minutes.', next: again },
  'auth.state_unknown': {
    status: 403,
    reason: 'This answer belongs to no connection that is being made.',
    next: again,
  },
  'auth.state_used': { status: 403, reason: 'This answer was already used.', next: again },
  'auth.state_expired': { status: 403, reason: 'Connecting took longer than ten minutes.', next: again },
  'auth.state_other_browser': {
    status: 403,
    reason: 'Connecting was started in another browser, or this browser keeps no cookies.',
    next: 'Open the link in the browser in which you sign in to the vendor, and allow cookies for this page.',
  },
  'auth.consent_denied': {
    status: 400,
    reason: 'Access was not allowed at {vendor}.',
    next: 'Nothing was changed. Start again and choose Allow.',
  },
  'auth.consent_failed': {
    status: 400,
    reason: '{vendor} reported an error instead of giving access.',
    next: "Check the application's API key and redirect URI at {vendor}, then start again.",
  },
  'auth.connection_gone': { status: 404, reason: 'This connection does not exist any more.', next: 'Create it anew.' },
  'auth.no_refresh_token': {
    status: 422,
    reason:
      'Constant Contact gave no refresh token: the scope offline_access was not granted, or the token type of the application does not offer one.',
    next: 'In the application at Constant Contact choose rotating or long lived refresh tokens, then start again.',
  },
} as const satisfies Record<string, Refusal>;

export type RefusalCode = keyof typeof refusals;

export function refused(code: RefusalCode, details: Readonly<Record<string, string>> = {}): PortageError {
  return new PortageError({
    code,
    disposition: 'reauthorize',
    message: named(refusals[code].reason, details.vendor),
    details,
  });
}

function named(text: string, vendor: unknown): string {
  return text.replaceAll('{vendor}', typeof vendor === 'string' ? vendor : 'the vendor');
}

export function refusedState(kind: Exclude<Redemption['kind'], 'redeemed'>): PortageError {
  return refused(`auth.state_${kind}`);
}

/** The page for any error: the refusals above, else the error's own words, which are safe to show. */
export function refusalOf(error: PortageError): Refusal {
  const known = (refusals as Readonly<Record<string, Refusal>>)[error.code];
  if (known) return { ...known, reason: error.message, next: named(known.next, error.details.vendor) };
  const transient = error.disposition === 'retry' || error.disposition === 'throttle';
  return {
    status: transient ? 503 : error.disposition === 'reauthorize' ? 422 : 502,
    reason: error.message,
    next: transient ? 'Wait a moment, then start again with a fresh link.' : again,
  };
}
