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

  /** Whether the owner has given another credential than the one that was refused, or one at all. */
  async renewed(): Promise<boolean> {
    const before = this.#token;
    const token = await this.#ask(undefined);
    return before === undefined || token.generation !== before.generation || token.token !== before.token;
  }

  /** A newer credential than the one that Klaviyo refused, if there is one by now. */
  async after(rejectedGeneration: number): Promise<KlaviyoToken> {
    const token = this.#token;
    if (token && token.generation > rejectedGeneration) return token;
    return this.#ask(rejectedGeneration);
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
