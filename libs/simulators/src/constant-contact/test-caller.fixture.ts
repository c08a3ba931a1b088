import { createHash } from 'node:crypto';
import { generateAccount } from '../account/index.js';
import { ManualClock } from '../http/index.js';
import { type ConstantContactOptions } from './options.js';
import { type ConstantContactSimulator, startConstantContact } from './simulator.js';

export const NOW = Date.parse('2026-11-25T12:00:00Z');
export const REDIRECT = 'http://127.0.0.1/callback';
export const CLIENT = { clientId: 'client-1', clientSecret: 'secret-1', redirectUris: [REDIRECT] };
export const VERIFIER = 'v'.repeat(43);
const SCOPES = 'contact_data campaign_data account_read offline_access';

/** Tests read answers as a caller without types would. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export interface Tokens {
  access_token: string;
  refresh_token?: string;
  expires_in: number;
}

interface Page extends Record<string, unknown> {
  _links?: { next?: { href: string | null } };
}

/** A caller of a simulator with a messy account, both at a clock that the test moves. */
export class TestCaller {
  private constructor(
    readonly simulator: ConstantContactSimulator,
    readonly clock: ManualClock,
  ) {}

  /** Without limits unless the options set some. */
  static async start(options: Partial<ConstantContactOptions> = {}): Promise<TestCaller> {
    const clock = new ManualClock(NOW);
    const account = generateAccount({ seed: 5, contacts: 1200, lists: 12, campaigns: 12, now: NOW });
    const simulator = await startConstantContact({
      applications: [{ ...CLIENT, tokenType: 'rotating' }],
      accounts: [account],
      autoConsent: account.id,
      clock,
      limits: false,
      ...options,
    });
    return new TestCaller(simulator, clock);
  }

  ask(changes: Record<string, string> = {}): Promise<Response> {
    return fetch(this.authorizeUrl(changes), { redirect: 'manual' });
  }

  authorizeUrl(changes: Record<string, string> = {}): string {
    const query = new URLSearchParams({
      client_id: CLIENT.clientId,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: SCOPES,
      state: 'st',
      code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    });
    return `${this.simulator.authUrl}/authorize?${query.toString()}`;
  }

  async code(scope = SCOPES): Promise<string> {
    const location = new URL((await this.ask({ scope })).headers.get('location') ?? '');
    return location.searchParams.get('code') ?? '';
  }

  token(form: Record<string, string>, secret = CLIENT.clientSecret): Promise<Response> {
    const basic = Buffer.from(`${CLIENT.clientId}:${secret}`).toString('base64');
    return fetch(`${this.simulator.authUrl}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams(form),
    });
  }

  refresh(token: string | undefined): Promise<Response> {
    return this.token({ grant_type: 'refresh_token', refresh_token: token ?? '' });
  }

  async connect(scope = SCOPES): Promise<Tokens> {
    const answer = await this.token({
      grant_type: 'authorization_code',
      code: await this.code(scope),
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
    });
    return (await answer.json()) as Tokens;
  }

  get(path: string, token: string): Promise<Response> {
    return fetch(this.simulator.url + path, { headers: { authorization: `Bearer ${token}` } });
  }

  async json(path: string, token: string): Promise<Json> {
    return (await this.get(path, token)).json();
  }

  /** Follows next links, whatever the last page looks like. */
  async walk(path: string, token: string, items: string): Promise<Json[]> {
    let all: Json[] = [];
    for (let next: string | undefined = path; next !== undefined;) {
      const page = (await this.json(next, token)) as Page;
      all = all.concat(page[items]);
      next = page._links?.next?.href ?? undefined;
    }
    return all;
  }
}
