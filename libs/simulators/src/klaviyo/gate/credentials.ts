import { randomBytes } from 'node:crypto';
import { type SimRequest } from '../../http/index.js';
import { refuse } from '../jsonapi/errors.js';
import { type World } from '../state/world.js';

export interface Credential {
  account: string;
  /** Undefined: everything. */
  scopes: ReadonlySet<string> | undefined;
  /** Whose limits it uses up. */
  quota: string;
  integration: string;
}

interface Token {
  account: string;
  client: string;
  scopes: string[];
  /** Milliseconds; undefined for refresh tokens. */
  expires?: number;
}

/** Private keys of the accounts, and what OAuth handed out. */
export class Credentials {
  private readonly keys = new Map<string, Credential>();
  private readonly access = new Map<string, Token>();
  private readonly refresh = new Map<string, Token>();
  private readonly revoked = new Set<string>();

  constructor(private readonly world: World) {
    for (const account of world.options.accounts) {
      for (const { key, scopes } of account.keys) this.addKey(account.id, key, scopes);
    }
  }

  addKey(account: string, key: string, scopes?: readonly string[]): void {
    this.revoked.delete(key);
    this.keys.set(key, {
      account,
      scopes: scopes === undefined ? undefined : new Set(scopes),
      quota: account,
      integration: 'API',
    });
  }

  revoke(secret: string): void {
    this.revoked.add(secret);
    this.access.delete(secret);
    this.refresh.delete(secret);
    this.world.journal.line('revoked', '', secret);
  }

  /** Throws the 401 of a request that may not come in. */
  of(request: SimRequest): Credential {
    const header = request.headers.authorization;
    if (header === undefined) {
      throw refuse(401, 'not_authenticated', 'Missing or invalid authorization header.', { pointer: '/data/' });
    }
    const [scheme, secret = ''] = header.split(' ');
    const found =
      scheme === 'Klaviyo-API-Key' ? this.key(secret) : scheme === 'Bearer' ? this.bearer(secret) : undefined;
    if (found === undefined) {
      throw refuse(401, 'authentication_failed', 'Incorrect authentication credentials.', { pointer: '/data/' });
    }
    return found;
  }

  grant(account: string, client: string, scopes: string[], lifeSeconds: number): { access: string; refresh: string } {
    const refresh = randomBytes(24).toString('hex');
    this.restoreToken('refresh', refresh, { account, client, scopes });
    this.world.journal.line('token', '', 'refresh', refresh, { account, client, scopes });
    return { access: this.grantAccess({ account, client, scopes }, lifeSeconds), refresh };
  }

  grantAccess({ account, client, scopes }: Token, lifeSeconds: number): string {
    const access = randomBytes(24).toString('hex');
    const token = { account, client, scopes, expires: this.world.clock.now() + lifeSeconds * 1000 };
    this.restoreToken('access', access, token);
    this.world.journal.line('token', '', 'access', access, token);
    return access;
  }

  withRefresh(secret: string): Token | undefined {
    return this.refresh.get(secret);
  }

  restoreToken(kind: 'access' | 'refresh', secret: string, token: Token): void {
    (kind === 'access' ? this.access : this.refresh).set(secret, token);
  }

  *lines(): IterableIterator<unknown[]> {
    for (const [secret, token] of this.access) yield ['token', '', 'access', secret, token];
    for (const [secret, token] of this.refresh) yield ['token', '', 'refresh', secret, token];
    for (const secret of this.revoked) yield ['revoked', '', secret];
  }

  private key(secret: string): Credential | undefined {
    return this.revoked.has(secret) ? undefined : this.keys.get(secret);
  }

  private bearer(secret: string): Credential | undefined {
    const token = this.access.get(secret);
    if (token?.expires === undefined || token.expires <= this.world.clock.now()) return undefined;
    return {
      account: token.account,
      scopes: new Set(token.scopes),
      quota: `${token.account} ${token.client}`,
      integration: token.client,
    };
  }
}
