import { Agent, request as undiciRequest } from 'undici';
import { PortageError } from '@portage/platform';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const agent = new Agent({ keepAliveTimeout: 10_000, connections: 64, connect: { timeout: 10_000 } });

/**
 * One request, one answer; any status is an answer. Redirects are not followed.
 *
 * @throws PortageError `http.unanswered` (retry): reset, timeout or truncated. `details.sent` is false only when the
 *   request certainly never left, so that anything else may have been carried out.
 * @throws AbortError when `signal` aborts
 */
export async function request(options: HttpRequest): Promise<HttpResponse> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const response = await undiciRequest(options.url, {
      method: options.method,
      headers: { ...options.headers },
      body: options.body ?? null,
      dispatcher: agent,
      signal,
    });
    return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
  } catch (cause) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw unanswered(options, cause, timeout.aborted);
  }
}

/** The body as JSON, or undefined: gateways answer HTML, and 429s may come without a content type. */
export function jsonOf(response: HttpResponse): unknown {
  try {
    return JSON.parse(response.text);
  } catch {
    return undefined;
  }
}

export function headerOf(response: HttpResponse, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function unanswered(options: HttpRequest, cause: unknown, timedOut: boolean): PortageError {
  const code = (cause as { code?: unknown } | null)?.code;
  const neverLeft = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'UND_ERR_CONNECT_TIMEOUT';
  const { origin } = new URL(options.url);
  return new PortageError({
    code: 'http.unanswered',
    disposition: 'retry',
    message: timedOut ? `${origin} did not answer in time.` : `${origin} could not be reached or broke off.`,
    cause,
    details: { method: options.method, origin, sent: !neverLeft },
  });
}
