/** When neither the answer nor the token says how long it lives: short, so that it is renewed rather than trusted. */
const unknownLifeSeconds = 3600;

/** Seconds that an access token lives: `expires_in`, else what its own claims say (the vendor's tokens are JWTs). */
export function lifeOf(expiresIn: number | undefined, accessToken: string): number {
  if (expiresIn !== undefined && expiresIn > 0) return expiresIn;
  const claims = claimsOf(accessToken);
  const life = Number(claims?.exp) - Number(claims?.iat);
  return life > 0 ? life : unknownLifeSeconds;
}

function claimsOf(token: string): { exp?: unknown; iat?: unknown } | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}
