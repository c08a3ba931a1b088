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

/** Reads that change nothing and fail with 403 when their scope is missing. What a key may write shows only when it writes. */
const probes = [
  { scope: 'profiles:read', path: '/api/profiles?page[size]=1' },
  { scope: 'lists:read', path: '/api/lists?page[size]=1' },
  { scope: 'metrics:read', path: '/api/metrics' },
  { scope: 'events:read', path: '/api/events?page[size]=1' },
] as const;

export interface KlaviyoKeyOptions {
  readonly apiUrl: string;
  readonly revision: string;
  /** Factor on the published limits; zero: no pacing. */
  readonly limitScale: number;
}

/** Checks of a private key by asking Klaviyo. */
export class KlaviyoKey {
  constructor(
    private readonly options: KlaviyoKeyOptions,
    private readonly budget: Budget,
  ) {}

  /**
   * Whose account the key opens, after every read scope was tried.
   *
   * @throws PortageError `auth.klaviyo_key_refused`, `auth.klaviyo_scopes_missing` (dead-letter: the key is not usable),
   *   `auth.klaviyo_unreadable`, `http.unanswered` (retry)
   */
  async check(key: Secret): Promise<TargetAccount> {
    const account = await this.account(key);
    const missing: string[] = [];
    for (const { scope, path } of probes) {
      const status = await this.#statusOf(key, path, account.id);
      if (status === 403) missing.push(scope);
      else if (status !== 200) throw unreadable(status);
    }
    if (missing.length > 0) throw scopesMissing(missing);
    return account;
  }

  /** `GET /api/accounts`, the documented way to learn which account a key belongs to. */
  async account(key: Secret, accountId = 'unidentified'): Promise<TargetAccount> {
    const answer = await this.#read(key, '/api/accounts', accountId);
    if (answer.status === 403) throw scopesMissing(['accounts:read']);
    if (answer.status !== 200) throw unreadable(answer.status);
    const accounts = accountsSchema.safeParse(jsonOf(answer));
    const account = accounts.data?.data[0];
    if (!account) throw unreadable(answer.status);
    return { id: account.id, organization: account.attributes.contact_information?.organization_name ?? null };
  }

  async #statusOf(key: Secret, path: string, accountId: string): Promise<number> {
    return (await this.#read(key, path, accountId)).status;
  }

  async #read(key: Secret, path: string, accountId: string): Promise<HttpResponse> {
    return patiently(
      (signal) => this.#readWithin(key, path, accountId, signal),
      () => unreadable(429),
    );
  }

  async #readWithin(key: Secret, path: string, accountId: string, signal: AbortSignal): Promise<HttpResponse> {
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
            authorization: `Klaviyo-API-Key ${key.reveal()}`,
            revision: this.options.revision,
            accept: 'application/vnd.api+json',
          },
          timeoutMs: 10_000,
          signal,
        });
        if (answer.status === 401 || isBadKey(answer)) throw keyRefused();
        if (answer.status === 429) throw throttled(answer);
        if (answer.status >= 500) throw unreadable(answer.status);
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

function keyRefused(): PortageError {
  return new PortageError({
    code: 'auth.klaviyo_key_refused',
    disposition: 'dead-letter',
    message: 'klaviyo.privateKey: Klaviyo does not accept this private API key. Copy it again from Settings, API keys.',
  });
}

function scopesMissing(scopes: readonly string[]): PortageError {
  return new PortageError({
    code: 'auth.klaviyo_scopes_missing',
    disposition: 'dead-letter',
    message: `klaviyo.privateKey: the key lacks ${scopes.join(', ')}. Create a key with these scopes, or with full access; a key cannot be changed.`,
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
    message: 'Klaviyo could not be asked about this key; try again in a moment.',
    details: { status },
  });
}
