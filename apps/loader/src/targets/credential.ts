import { type AuthClient, type KlaviyoToken } from '../connections/auth-client.js';

/** The credential of one target, asked for once and kept until it expires or is refused. Callers at the same time share one request. */
export class Credential {
  #token: KlaviyoToken | undefined;
  #asking: Promise<KlaviyoToken> | undefined;

  constructor(
    private readonly auth: Pick<AuthClient, 'klaviyoToken'>,
    private readonly connectionId: () => string | undefined,
  ) {}

  async current(): Promise<KlaviyoToken> {
    const token = this.#token;
    if (token && (token.expiresAt === null || token.expiresAt - Date.now() > EARLY_MS)) return token;
    return this.#ask(undefined);
  }

  /** A newer credential than the one that Klaviyo refused, if there is one by now. */
  async after(rejectedGeneration: number): Promise<KlaviyoToken> {
    const token = this.#token;
    if (token && token.generation > rejectedGeneration) return token;
    return this.#ask(rejectedGeneration);
  }

  /** The next use asks again. */
  forget(): void {
    this.#token = undefined;
  }

  #ask(rejectedGeneration: number | undefined): Promise<KlaviyoToken> {
    this.#asking ??= this.auth
      .klaviyoToken(this.connectionId() ?? '', rejectedGeneration)
      .then((token) => (this.#token = token))
      .finally(() => (this.#asking = undefined));
    return this.#asking;
  }
}

const EARLY_MS = 60_000;
