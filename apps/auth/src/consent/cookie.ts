import { createHash } from 'node:crypto';
import { linkLifeSeconds } from './ticket.js';

/** One cookie per consent under way, so that two tabs do not take each other's. */
export function cookieNameOf(state: string): string {
  return `portage_consent_${createHash('sha256').update(state).digest('hex').slice(0, 16)}`;
}

/** Binds a consent to the browser it was started in. `Lax` lets it come along when the vendor sends the browser back to us. */
export function cookieOptions(redirectUri: string) {
  const { protocol, hostname, pathname } = new URL(redirectUri);
  return {
    httpOnly: true,
    sameSite: 'lax',
    secure: !(protocol === 'http:' && isLoopback(hostname)),
    path: pathname,
    maxAge: linkLifeSeconds,
  } as const;
}

/** Addresses of the same machine, where browsers take a cookie for secure places without TLS too. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
