import { z } from 'zod';
import { type Budget, headerOf, type HttpResponse, jsonOf, request, withRetry } from '@portage/http';
import { PortageError, type Secret } from '@portage/platform';
import { patiently } from './patience.js';

export interface TargetAccount {
  readonly id: string;
  readonly organization: string | null;
}

const accountsSchema = z.object({
  data: z
    .array(
      z.object({
        id: z.string().min(1),
        attributes: z.object({ contact_information: z.object({ organization_name: z.string().nullish() }).nullish() }),
      }),
    )
    .min(1),
});

/** What opens an account: a private key, or an access token of OAuth. */
export interface KlaviyoCredential {
  readonly kind: 'private_key' | 'oauth';
  readonly secret: Secret;
}

export function keyOf(secret: Secret): KlaviyoCredential {
  return { kind: 'private_key', secret };
}

/** Reads that change nothing and fail with 403 when their scope is missing. What a credential may write shows only when it writes. */
const probes = [
  { scope: 'profiles:read', path: '/api/profiles?page[size]=1' },
  { scope: 'lists:read', path: '/api/lists?page[size]=1' },
  { scope: 'metrics:read', path: '/api/metrics' },
  { scope: 'events:read', path: '/api/events?page[size]=1' },
] as const;

export interface KlaviyoAccessOptions {
  readonly apiUrl: string;
  readonly revision: string;
  /** Factor on the published limits; zero: no pacing. */
  readonly limitScale: number;
}

/** Checks of a private key or of what OAuth granted, by asking Klaviyo. */
export class KlaviyoAccess {
  constructor(
    private readonly options: KlaviyoAccessOptions,
    private readonly budget: Budget,
  ) {}

  /**
   * Whose account the credential opens, after every read scope was tried.
   *
   * @throws PortageError `auth.klaviyo_key_refused`, `auth.klaviyo_scopes_missing` (dead-letter: not usable),
   *   `auth.klaviyo_unreadable`, `http.unanswered` (retry)
   */
  async check(credential: KlaviyoCredential): Promise<TargetAccount> {
    const account = await this.account(credential);
    const missing: string[] = [];
    for (const { scope, path } of probes) {
      const status = await this.#statusOf(credential, path, account.id);
      if (status === 403) missing.push(scope);
      else if (status !== 200) throw unreadable(status);
    }
    if (missing.length > 0) throw scopesMissing(credential, missing);
    return account;
  }

  /** `GET /api/accounts`, the documented way to learn which account a key belongs to. */
  async account(credential: KlaviyoCredential, accountId = 'unidentified'): Promise<TargetAccount> {
    const answer = await this.#read(credential, '/api/accounts', accountId);
    if (answer.status === 403) throw scopesMissing(credential, ['accounts:read']);
    if (answer.status !== 200) throw unreadable(answer.status);
    const accounts = accountsSchema.safeParse(jsonOf(answer));
    const account = accounts.data?.data[0];
    if (!account) throw unreadable(answer.status);
    return { id: account.id, organization: account.attributes.contact_information?.organization_name ?? null };
  }

  async #statusOf(credential: KlaviyoCredential, path: string, accountId: string): Promise<number> {
    return (await this.#read(credential, path, accountId)).status;
  }

  async #read(credential: KlaviyoCredential, path: string, accountId: string): Promise<HttpResponse> {
    return patiently(
      (signal) => this.#readWithin(credential, path, accountId, signal),
      () => unreadable(429),
    );
  }

  async #readWithin(
    credential: KlaviyoCredential,
    path: string,
    accountId: string,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    return withRetry(
      async () => {
        const endpoint = `GET ${path.split('?')[0]}`;
        // One a second is the lowest of these endpoints' published limits.
        const pace = this.options.limitScale > 0 ? { perSecond: this.options.limitScale } : {};
        await this.budget.take(`klaviyo:${accountId}:${endpoint}`, pace, { signal });
        const answer = await request({
          method: 'GET',
          url: this.options.apiUrl + path.replace('[', '%5B').replace(']', '%5D'),
          headers: {
            authorization: `${schemes[credential.kind]} ${credential.secret.reveal()}`,
            revision: this.options.revision,
            accept: 'application/vnd.api+json',
          },
          timeoutMs: 10_000,
          signal,
        });
        if (answer.status === 401 || isBadKey(answer)) throw refusedBy(credential);
        if (answer.status === 429) throw throttled(answer);
        if (answer.status >= 500 || isBlocked(answer)) throw unreadable(answer.status);
        return answer;
      },
      { attempts: 3, baseMs: 500, capMs: 4000, signal },
    );
  }
}

/** The vendor's pages say 400 for a key that is not one, its recorded answers say 401. */
function isBadKey(answer: HttpResponse): boolean {
  return answer.status === 400 && /authenticat|not_authenticated|api[ _-]?key/i.test(answer.text);
}

/** The network in front of Klaviyo answers some addresses with a page; that says nothing of the credential. */
function isBlocked(answer: HttpResponse): boolean {
  return answer.status === 403 && jsonOf(answer) === undefined;
}

const schemes = { private_key: 'Klaviyo-API-Key', oauth: 'Bearer' } as const;

function refusedBy({ kind }: KlaviyoCredential): PortageError {
  return new PortageError({
    code: 'auth.klaviyo_key_refused',
    disposition: 'dead-letter',
    message:
      kind === 'oauth'
        ? 'Klaviyo does not accept the token that it has just given.'
        : 'klaviyo.privateKey: Klaviyo does not accept this private API key. Copy it again from Settings, API keys.',
  });
}

function scopesMissing({ kind }: KlaviyoCredential, scopes: readonly string[]): PortageError {
  return new PortageError({
    code: 'auth.klaviyo_scopes_missing',
    disposition: 'dead-letter',
    message:
      kind === 'oauth'
        ? `Klaviyo did not grant ${scopes.join(', ')}.`
        : `klaviyo.privateKey: the key lacks ${scopes.join(', ')}. Create a key with these scopes, or with full access; a key cannot be changed.`,
  });
}

function throttled(answer: HttpResponse): PortageError {
  const seconds = Number(headerOf(answer, 'retry-after') ?? 1);
  return new PortageError({
    code: 'auth.klaviyo_throttled',
    disposition: 'throttle',
    message: 'Klaviyo asks to be called more slowly.',
    retryAfterMs: (Number.isFinite(seconds) ? Math.min(seconds, 60) : 1) * 1000,
  });
}

function unreadable(status: number): PortageError {
  return new PortageError({
    code: 'auth.klaviyo_unreadable',
    disposition: 'retry',
    message: 'Klaviyo could not be asked about this account; try again in a moment.',
    details: { status },
  });
}
