import { z } from 'zod';
import { headerOf, jsonOf, request, type HttpRequest, type HttpResponse } from '@portage/http';
import { PortageError, type Secret } from '@portage/platform';
import { type Connection, connectionOf, connectionsSchema } from './connection.js';

const tokenSchema = z.object({
  accessToken: z.string(),
  scheme: z.enum(['Bearer', 'Klaviyo-API-Key']),
  expiresAt: z.string().nullable(),
  generation: z.number(),
});

export interface KlaviyoToken {
  readonly token: string;
  readonly scheme: 'Bearer' | 'Klaviyo-API-Key';
  readonly generation: number;
  /** Milliseconds; null: does not expire. */
  readonly expiresAt: number | null;
}

/** The auth service as the loader uses it. */
export class AuthClient {
  #etag: string | undefined;

  constructor(
    private readonly baseUrl: string,
    private readonly token: Secret,
  ) {}

  /**
   * All connections, or undefined when nothing changed since the last call.
   *
   * @throws PortageError `auth.unreachable` (retry)
   */
  async connections(signal?: AbortSignal): Promise<Connection[] | undefined> {
    const response = await this.#send(
      {
        method: 'GET',
        url: `${this.baseUrl}/connections`,
        headers: this.#etag === undefined ? {} : { 'if-none-match': this.#etag },
      },
      signal,
    );
    if (response.status === 304) return undefined;
    const parsed = connectionsSchema.safeParse(jsonOf(response));
    if (response.status !== 200 || !parsed.success) throw refused(response.status, 'GET /connections');
    this.#etag = headerOf(response, 'etag');
    return parsed.data.connections.map(connectionOf);
  }

  /**
   * @param rejectedGeneration  the generation that Klaviyo refused, to get a newer one
   * @throws PortageError `auth.no_credential` (reauthorize) when the owner has to act
   */
  async klaviyoToken(
    connectionId: string,
    rejectedGeneration: number | undefined,
    signal?: AbortSignal,
  ): Promise<KlaviyoToken> {
    const response = await this.#send(
      {
        method: 'POST',
        url: `${this.baseUrl}/connections/${encodeURIComponent(connectionId)}/tokens/klaviyo`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(rejectedGeneration === undefined ? {} : { rejectedGeneration }),
      },
      signal,
    );
    const parsed = tokenSchema.safeParse(jsonOf(response));
    if (response.status === 409 || response.status === 404) {
      throw new PortageError({
        code: 'auth.no_credential',
        disposition: 'reauthorize',
        message: 'There is no usable Klaviyo credential for this connection: the owner has to connect it again.',
      });
    }
    if (response.status >= 300 || !parsed.success) throw refused(response.status, 'POST /connections/{id}/tokens');
    const { accessToken, scheme, generation, expiresAt } = parsed.data;
    return { token: accessToken, scheme, generation, expiresAt: expiresAt === null ? null : Date.parse(expiresAt) };
  }

  async #send(options: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
    return request({
      ...options,
      headers: { ...options.headers, authorization: `Bearer ${this.token.reveal()}` },
      timeoutMs: 15_000,
      ...(signal ? { signal } : {}),
    });
  }
}

function refused(status: number, call: string): PortageError {
  return new PortageError({
    code: 'auth.unreachable',
    disposition: 'retry',
    message: `The auth service did not answer ${call} as expected.`,
    details: { status },
  });
}
