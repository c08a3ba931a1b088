import { z } from 'zod';
import { type AccessToken } from '@portage/constant-contact';
import { headerOf, type HttpResponse, jsonOf, request } from '@portage/http';
import { PortageError, type Secret } from '@portage/platform';
import { type Connection, connectionsAnswer } from './connection.js';

const tokenAnswer = z.object({
  accessToken: z.string().min(1),
  expiresAt: z.string().nullable(),
  generation: z.number(),
});

export interface IssuedToken extends AccessToken {
  /** Milliseconds; null: no known end. */
  readonly expiresAt: number | null;
}

export interface ConnectionList {
  readonly connections: readonly Connection[];
  readonly etag: string | undefined;
}

/** The auth service, as the poller sees it. */
export class AuthClient {
  constructor(
    private readonly url: string,
    private readonly token: Secret,
  ) {}

  /** Null: unchanged since `etag`. */
  async connections(etag: string | undefined, signal: AbortSignal): Promise<ConnectionList | null> {
    const response = await this.#send('GET', '/connections', { signal, ...(etag ? { etag } : {}) });
    if (response.status === 304) return null;
    const parsed = connectionsAnswer.safeParse(jsonOf(response));
    if (response.status !== 200 || !parsed.success) throw unusable(response.status);
    return { connections: parsed.data.connections, etag: headerOf(response, 'etag') };
  }

  /** False when the connection was deleted. */
  async knows(connectionId: string, signal: AbortSignal): Promise<boolean> {
    const { status } = await this.#send('GET', `/connections/${encodeURIComponent(connectionId)}`, { signal });
    if (status === 200 || status === 404) return status === 200;
    throw unusable(status);
  }

  /**
   * @throws PortageError `auth.reconnect_required` (halt) with auth's own sentence, `auth.not_active` or `auth.unavailable` (retry)
   */
  async issueToken(connectionId: string, rejected: number | undefined, signal: AbortSignal): Promise<IssuedToken> {
    const path = `/connections/${encodeURIComponent(connectionId)}/tokens/constant-contact`;
    const body = rejected === undefined ? {} : { rejectedGeneration: rejected };
    const response = await this.#send('POST', path, { signal, body });
    if (response.status === 409) throw refused(response);
    const parsed = tokenAnswer.safeParse(jsonOf(response));
    if (response.status >= 300 || !parsed.success) throw unusable(response.status);
    const { accessToken: value, expiresAt, generation } = parsed.data;
    return { value, generation, expiresAt: expiresAt === null ? null : Date.parse(expiresAt) };
  }

  /** Undefined when auth answers, else the reason why not. */
  async reachable(): Promise<string | undefined> {
    try {
      const { status } = await request({ method: 'GET', url: `${this.url}/health/live`, timeoutMs: 2000 });
      return status < 500 ? undefined : 'auth does not answer well';
    } catch {
      return 'auth cannot be reached';
    }
  }

  #send(
    method: 'GET' | 'POST',
    path: string,
    options: { signal: AbortSignal; etag?: string; body?: object },
  ): Promise<HttpResponse> {
    const { signal, etag, body } = options;
    return request({
      method,
      url: `${this.url}${path}`,
      headers: {
        authorization: `Bearer ${this.token.reveal()}`,
        ...(etag ? { 'if-none-match': etag } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal,
    });
  }
}

function unusable(status: number): PortageError {
  return new PortageError({
    code: 'auth.unavailable',
    disposition: 'retry',
    message:
      'The auth service did not give a usable answer: check that it runs and that both share PORTAGE_SERVICE_TOKEN.',
    details: { status },
  });
}

/** Either the owner paused or disconnected it, which passes or ends the pass by itself, or the owner must act. */
function refused(response: HttpResponse): PortageError {
  const { code, detail } = (jsonOf(response) ?? {}) as { code?: unknown; detail?: unknown };
  const inactive = code === 'auth.not_active';
  return new PortageError({
    code: inactive ? 'auth.not_active' : 'auth.reconnect_required',
    disposition: inactive ? 'retry' : 'halt',
    message:
      typeof detail === 'string' && detail !== ''
        ? detail
        : 'Constant Contact no longer accepts this connection: its owner must connect again.',
  });
}
