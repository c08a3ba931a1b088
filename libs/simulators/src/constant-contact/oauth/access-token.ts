import { createHmac } from 'node:crypto';

export interface AccessClaims {
  readonly clientId: string;
  readonly accountId: string;
  readonly scopes: readonly string[];
  /** Grows with every token, so that revoking is a comparison. */
  readonly serial: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Looks and decodes like the vendor's: a JWT of about a thousand characters with `exp`. */
export function issueAccessToken(claims: AccessClaims, now: number, secret: string): string {
  const payload = {
    ver: 1,
    jti: `AT.${claims.serial}`,
    iss: 'https://identity.constantcontact.com/oauth2/default',
    aud: 'https://api.cc.email/v3',
    iat: Math.floor(now / 1000),
    exp: Math.floor(claims.expiresAt / 1000),
    cid: claims.clientId,
    uid: claims.accountId,
    scp: claims.scopes,
    serial: claims.serial,
    sub: 'owner@portage-demo.org',
    filler: 'x'.repeat(420),
  };
  const body = `${encode({ kid: 'simulated', typ: 'JWT', alg: 'HS256' })}.${encode(payload)}`;
  return `${body}.${sign(body, secret)}`;
}

/** Undefined for anything that was not issued with this secret. */
export function readAccessToken(token: string, secret: string): AccessClaims | undefined {
  const [header, payload, signature] = token.split('.');
  if (payload === undefined || signature !== sign(`${header}.${payload}`, secret)) return undefined;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  return {
    clientId: claims['cid'] as string,
    accountId: claims['uid'] as string,
    scopes: claims['scp'] as string[],
    serial: claims['serial'] as number,
    expiresAt: (claims['exp'] as number) * 1000,
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('base64url');
}
