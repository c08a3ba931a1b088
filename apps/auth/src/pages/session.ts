import { createHash, randomBytes } from 'node:crypto';
import { type AccessTokens, type Clock, scopesOf } from '@portage/platform';
import { isLoopback } from '../consent/cookie.js';
import { type Signer } from '../consent/signer.js';

export const sessionCookie = 'portage_session';
const sessionSeconds = 8 * 3600;

/** A browser that an admin token was given to: for eight hours, and for no longer than that token is accepted. */
export interface Session {
  /** Comes back as a hidden field of every form, which another site can neither read nor guess. */
  readonly formToken: string;
}

/** Sessions live in their signed cookie alone, so that every replica knows them. */
export class Sessions {
  constructor(
    private readonly parts: {
      readonly sessions: Signer;
      readonly forms: Signer;
      readonly tokens: Pick<AccessTokens, 'admin'>;
      readonly publicUrl: string;
      readonly clock: Clock;
    },
  ) {}

  /** The cookie's value, or undefined when the token is not an admin's. */
  open(adminToken: string): string | undefined {
    const { tokens, sessions, clock } = this.parts;
    if (!scopesOf(`Bearer ${adminToken}`, { ...tokens, service: [] }).includes('admin')) return undefined;
    const expiresAt = clock.now() + sessionSeconds * 1000;
    return sessions.sign(JSON.stringify([expiresAt, digestOf(adminToken), randomBytes(12).toString('base64url')]));
  }

  of(cookie: string | undefined): Session | undefined {
    const { tokens, sessions, forms, clock } = this.parts;
    const text = cookie === undefined ? undefined : sessions.verify(cookie);
    if (text === undefined) return undefined;
    const [expiresAt, digest] = JSON.parse(text) as [number, string, string];
    const isAccepted = tokens.admin.some((token) => digestOf(token.reveal()) === digest);
    return expiresAt > clock.now() && isAccepted ? { formToken: forms.sign(text) } : undefined;
  }

  /** `Strict`: no other site, the vendor included, makes a browser send it. */
  get cookieOptions() {
    const { protocol, hostname } = new URL(this.parts.publicUrl);
    return {
      httpOnly: true,
      sameSite: 'strict',
      secure: !(protocol === 'http:' && isLoopback(hostname)),
      path: '/pages',
      maxAge: sessionSeconds,
    } as const;
  }
}

/** Tokens are long and random, so their digest tells nothing of them. */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url').slice(0, 22);
}
