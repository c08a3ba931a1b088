import { createHash, timingSafeEqual } from 'node:crypto';
import { type Secret } from '../secret.js';

/** `admin`: the owner and the command line. `service`: one Portage service calling another. */
export type Scope = 'admin' | 'service';

export interface AccessTokens {
  readonly admin: readonly Secret[];
  readonly service: readonly Secret[];
}

/** The scopes that an `Authorization` header earns; several tokens of a scope are valid at once, for rotation. */
export function scopesOf(authorization: string | undefined, tokens: AccessTokens): readonly Scope[] {
  const presented = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  if (presented === undefined) return [];
  return (['admin', 'service'] as const).filter((scope) => matchesAny(presented, tokens[scope]));
}

/** Hashing first makes lengths equal; every token is compared, so that time tells nothing about which one was close. */
function matchesAny(presented: string, tokens: readonly Secret[]): boolean {
  const digest = sha256(presented);
  return tokens.map((token) => timingSafeEqual(digest, sha256(token.reveal()))).some(Boolean);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
