import { ResponseBodyError } from 'oauth4webapi';
import { headerOf, type HttpResponse, jsonOf, request } from '@portage/http';
import { isPortageError, PortageError } from '@portage/platform';

type Fetch = (
  url: string,
  options: { headers: Record<string, string>; body?: unknown; method: string },
) => Promise<Response>;

/**
 * The transport that oauth4webapi talks through: ours, because it knows whether a request may have left. Faults, the
 * limit and a refused client are told here, so that only answers about the grant reach the library.
 */
export function tokenFetch(timeoutMs: number, vendor: string): Fetch {
  return async (url, options) => {
    const answer = await request({
      method: 'POST',
      url,
      headers: options.headers,
      body: String(options.body),
      timeoutMs,
    });
    // Only in the vendor's own words is a 401 about the client: one of the network in front passes.
    if (answer.status === 401 && !isAboutGrant(answer))
      throw isAboutClient(answer) ? clientRefused(vendor) : unclear(401, vendor);
    if (answer.status === 429) throw throttled(answer, vendor);
    if (answer.status >= 500) throw unclear(answer.status, vendor);
    const isJson = jsonOf(answer) !== undefined;
    return new Response(answer.text, {
      status: answer.status,
      headers: isJson ? { 'content-type': 'application/json' } : {},
    });
  };
}

/**
 * - `auth.grant_refused`, `auth.client_refused` (reauthorize): only the owner can help.
 * - `auth.token_throttled` (throttle): certainly not carried out.
 * - `auth.exchange_unclear`, `http.unanswered` (retry): the single-use token may be spent; `details.sent` false means it is not.
 * - `auth.exchange_refused` (halt): the request itself is wrong.
 *
 * The library's errors quote answers, tokens included, so none of them becomes a cause.
 */
export function classifyTokenError(error: unknown, vendor: string): PortageError {
  if (isPortageError(error)) return error;
  if (!(error instanceof ResponseBodyError)) return unclear(200, vendor);
  if (error.error === 'invalid_grant') {
    return new PortageError({
      code: 'auth.grant_refused',
      disposition: 'reauthorize',
      message: `${vendor} does not accept this authorization any more: it was used, revoked or is too old.`,
      details: { status: error.status },
    });
  }
  if (clientWords.includes(error.error)) return clientRefused(vendor);
  return new PortageError({
    code: 'auth.exchange_refused',
    disposition: 'halt',
    message: `${vendor} refused the token request.`,
    details: { status: error.status, error: safeWord(error.error) },
  });
}

/** A vendor's short code as it may be shown: letters, digits and underscores. */
export function safeWord(text: string): string {
  return /^[a-z0-9_]{1,40}$/.test(text) ? text : 'unknown';
}

/** Why a connection needs its owner after the client itself was refused: a corrected secret can heal that. */
export function clientRefusal(vendor: string): string {
  return `${vendor} does not accept the API key and secret: check both. Generating a new secret makes the former one invalid.`;
}

function clientRefused(vendor: string): PortageError {
  return new PortageError({
    code: 'auth.client_refused',
    disposition: 'reauthorize',
    message: clientRefusal(vendor),
  });
}

const clientWords = ['invalid_client', 'unauthorized_client'];

function isAboutClient(answer: HttpResponse): boolean {
  return clientWords.includes(wordOf(answer));
}

function isAboutGrant(answer: HttpResponse): boolean {
  return wordOf(answer) === 'invalid_grant';
}

function wordOf(answer: HttpResponse): string {
  const word = (jsonOf(answer) as { error?: unknown } | null | undefined)?.error;
  return typeof word === 'string' ? word : '';
}

/** Constant Contact allows one request a second and says no more; Klaviyo says how long to wait. */
function throttled(answer: HttpResponse, vendor: string): PortageError {
  const seconds = Number(headerOf(answer, 'retry-after') ?? 1);
  return new PortageError({
    code: 'auth.token_throttled',
    disposition: 'throttle',
    message: `${vendor} asks for fewer token requests.`,
    retryAfterMs: (seconds > 0 ? Math.min(seconds, 60) : 1) * 1000,
  });
}

function unclear(status: number, vendor: string): PortageError {
  return new PortageError({
    code: 'auth.exchange_unclear',
    disposition: 'retry',
    message: `${vendor} did not answer the token request in a way that can be used.`,
    details: { status, sent: true },
  });
}
