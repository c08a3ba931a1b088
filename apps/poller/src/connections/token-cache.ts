import { type AccessToken, type Tokens } from '@portage/constant-contact';
import { type Clock } from '@portage/platform';
import { type AuthClient, type IssuedToken } from './auth-client.js';

/** Renewed this long before the end, so that a token does not end on its way. */
const MARGIN_MS = 60_000;

/** The access token of one connection, kept in memory while it is good. */
export class CachedTokens implements Tokens {
  #kept: IssuedToken | undefined;

  constructor(
    private readonly auth: AuthClient,
    private readonly connectionId: string,
    private readonly clock: Clock,
  ) {}

  async get(signal: AbortSignal, rejectedGeneration?: number): Promise<AccessToken> {
    const kept = this.#kept;
    const refused = rejectedGeneration !== undefined && kept?.generation === rejectedGeneration;
    const ending = kept?.expiresAt !== null && (kept?.expiresAt ?? 0) - MARGIN_MS < this.clock.now();
    if (kept && !refused && !ending) return kept;
    this.#kept = await this.auth.issueToken(this.connectionId, rejectedGeneration, signal);
    return this.#kept;
  }
}
