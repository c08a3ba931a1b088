import { createHash } from 'node:crypto';
import { type Dice } from '../../account/dice.js';
import { type AccessClaims, issueAccessToken, readAccessToken } from './access-token.js';

const CODE_LIFE = 5 * 60_000;
const REFRESH_LIFE = 180 * 86_400_000;

export interface CodeGrant {
  readonly code: string;
  readonly clientId: string;
  readonly accountId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge?: string;
  readonly expiresAt: number;
  used?: boolean;
}

interface RefreshGrant {
  readonly token: string;
  readonly clientId: string;
  readonly accountId: string;
  readonly scopes: readonly string[];
  lastUsedAt: number;
  /** Used once (rotating), replaced by a newer set, or revoked. */
  dead?: 'used' | 'replaced' | 'revoked';
}

/** All that must outlive the process. */
export interface GrantsState {
  secret: string;
  serial: number;
  codes: CodeGrant[];
  refreshGrants: RefreshGrant[];
  /** Access tokens up to this serial are revoked, by client id and account id. */
  revokedUpTo: Record<string, number>;
}

export interface TokenSet {
  readonly accessToken: string;
  readonly refreshToken?: string;
}

export interface GrantRules {
  readonly accessTokenMs: number;
  rotates(clientId: string): boolean;
}

/** Codes, refresh tokens and access tokens of all clients and accounts. `changed` runs before anything issued is handed out. */
export class Grants {
  constructor(
    readonly state: GrantsState,
    private readonly dice: Dice,
    private readonly rules: GrantRules,
    private readonly changed: () => void,
  ) {}

  authorize(request: Omit<CodeGrant, 'code' | 'expiresAt' | 'used'>, now: number): string {
    const code = this.text(40);
    this.state.codes = this.state.codes.filter(({ expiresAt }) => expiresAt > now);
    this.state.codes.push({ ...request, code, expiresAt: now + CODE_LIFE });
    this.changed();
    return code;
  }

  /** Undefined where the vendor would say `invalid_grant`. */
  exchange(
    code: string,
    by: { clientId: string; redirectUri: string; verifier?: string },
    now: number,
  ): TokenSet | undefined {
    const grant = this.state.codes.find((one) => one.code === code);
    if (grant === undefined || grant.used === true || grant.expiresAt <= now) return undefined;
    if (grant.clientId !== by.clientId || grant.redirectUri !== by.redirectUri) return undefined;
    if (grant.challenge !== undefined && grant.challenge !== challengeOf(by.verifier)) return undefined;
    grant.used = true;
    return this.issue(grant, now);
  }

  refresh(token: string, clientId: string, now: number): TokenSet | undefined {
    const grant = this.state.refreshGrants.find((one) => one.token === token && one.clientId === clientId);
    if (grant === undefined || grant.dead !== undefined || grant.lastUsedAt + REFRESH_LIFE <= now) return undefined;
    if (!this.rules.rotates(clientId)) {
      grant.lastUsedAt = now;
      this.changed();
      return { accessToken: this.access(grant, now), refreshToken: token };
    }
    grant.dead = 'used';
    return this.issue(grant, now);
  }

  /** Whether the vendor knows the refresh token as one that was used before. */
  wasUsed(token: string): boolean {
    return this.state.refreshGrants.some((one) => one.token === token && one.dead === 'used');
  }

  /** The claims of an access token that is valid now. */
  verify(token: string, now: number): AccessClaims | undefined {
    const claims = readAccessToken(token, this.state.secret);
    if (claims === undefined || claims.expiresAt <= now) return undefined;
    const revoked = this.state.revokedUpTo[`${claims.clientId} ${claims.accountId}`] ?? 0;
    return claims.serial > revoked ? claims : undefined;
  }

  revoke(clientId: string, accountId: string, what: 'access' | 'refresh' | 'all'): void {
    if (what !== 'refresh') this.state.revokedUpTo[`${clientId} ${accountId}`] = this.state.serial;
    if (what !== 'access') this.end(clientId, accountId, 'revoked');
    this.changed();
  }

  private issue(grant: Pick<CodeGrant, 'clientId' | 'accountId' | 'scopes'>, now: number): TokenSet {
    const { clientId, accountId, scopes } = grant;
    // Issuing a new set expires all previous refresh tokens, unless they are of the kind that lives long.
    if (this.rules.rotates(clientId)) this.end(clientId, accountId, 'replaced');
    const refreshToken = scopes.includes('offline_access') ? this.text(43) : undefined;
    if (refreshToken !== undefined) {
      this.state.refreshGrants.push({ token: refreshToken, clientId, accountId, scopes, lastUsedAt: now });
    }
    const accessToken = this.access(grant, now);
    this.changed();
    return { accessToken, ...(refreshToken === undefined ? {} : { refreshToken }) };
  }

  private access(
    { clientId, accountId, scopes }: Pick<CodeGrant, 'clientId' | 'accountId' | 'scopes'>,
    now: number,
  ): string {
    this.state.serial += 1;
    const expiresAt = now + this.rules.accessTokenMs;
    return issueAccessToken(
      { clientId, accountId, scopes, serial: this.state.serial, expiresAt },
      now,
      this.state.secret,
    );
  }

  private end(clientId: string, accountId: string, dead: 'replaced' | 'revoked'): void {
    for (const grant of this.state.refreshGrants) {
      if (grant.clientId === clientId && grant.accountId === accountId) grant.dead ??= dead;
    }
  }

  private text(length: number): string {
    let text = '';
    while (text.length < length) text += this.dice.hex();
    return text.slice(0, length);
  }
}

function challengeOf(verifier: string | undefined): string {
  return createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url');
}
