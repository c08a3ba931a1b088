import { z } from 'zod';
import { type Budget, type HttpResponse, jsonOf, request, withRetry } from '@portage/http';
import { PortageError, type Secret } from '@portage/platform';
import { type SourceAccount } from '../connections/connection-store.js';
import { patiently } from './patience.js';

const summarySchema = z.object({
  encoded_account_id: z.string().min(1),
  organization_name: z.string().nullish(),
  country_code: z.string().nullish(),
});
const privilegesSchema = z.array(z.object({ privilege_name: z.string() }));

export interface SourcePace {
  readonly perSecond: number;
  readonly perDay: number;
}

/** Reads of Constant Contact that tell whose account a token opens and what its user may do. Counted in the client's budget. */
export class ConstantContactAccount {
  constructor(
    private readonly apiUrl: string,
    private readonly budget: Budget,
    private readonly pace: SourcePace,
  ) {}

  /**
   * `GET /v3/account/summary`; needs the scope `account_read`.
   *
   * @throws PortageError `auth.source_unreadable` (retry or halt)
   */
  async summary(clientId: string, token: Secret): Promise<SourceAccount> {
    const summary = summarySchema.safeParse(await this.#read(clientId, token, '/v3/account/summary'));
    if (!summary.success) throw unreadable('halt', 'its account summary is not as published');
    const { encoded_account_id, organization_name, country_code } = summary.data;
    return { id: encoded_account_id, organization: organization_name ?? null, countryCode: country_code ?? null };
  }

  /** Names of the privileges of the token's user, for example `contacts:read`. `GET /v3/account/user/privileges` needs no scope. */
  async privileges(clientId: string, token: Secret): Promise<string[]> {
    const privileges = privilegesSchema.safeParse(await this.#read(clientId, token, '/v3/account/user/privileges'));
    if (!privileges.success) throw unreadable('halt', 'its list of privileges is not as published');
    return privileges.data.map((privilege) => privilege.privilege_name);
  }

  async #read(clientId: string, token: Secret, path: string): Promise<unknown> {
    const url = `${this.apiUrl}${path}`;
    return patiently(
      (signal) => this.#readWithin(clientId, token, url, signal),
      () => unreadable('retry', 'it is busy'),
    );
  }

  async #readWithin(clientId: string, token: Secret, url: string, signal: AbortSignal): Promise<unknown> {
    return withRetry(
      async () => {
        await this.budget.take(`constant-contact:${clientId}`, this.pace, { signal });
        const answer = await request({
          method: 'GET',
          url,
          headers: { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' },
          timeoutMs: 10_000,
          signal,
        });
        if (answer.status !== 200) throw refusalOf(answer);
        return jsonOf(answer);
      },
      { attempts: 3, baseMs: 500, capMs: 4000, signal },
    );
  }
}

function refusalOf(answer: HttpResponse): PortageError {
  const { status } = answer;
  if (status === 429 && answer.text.includes('quota_exceeded'))
    return unreadable('halt', 'its calls for today are used up');
  if (status === 429) return unreadable('throttle', 'it was asked too fast');
  if (status >= 500) return unreadable('retry', 'it has a fault at the moment');
  if (status === 403) {
    return unreadable(
      'halt',
      'it refuses the account details: the application is deactivated or may not read accounts',
    );
  }
  return unreadable('halt', `it answered with status ${status}`);
}

function unreadable(disposition: 'retry' | 'throttle' | 'halt', why: string): PortageError {
  return new PortageError({
    code: 'auth.source_unreadable',
    disposition,
    message: `Constant Contact's account could not be read: ${why}.`,
    ...(disposition === 'throttle' ? { retryAfterMs: 1000 } : {}),
  });
}
