import { Refusal } from '../http/index.js';

/** Most endpoints answer an array of errors. */
function listed(status: number, key: string, message: string): Refusal {
  return new Refusal({ status, json: [{ error_key: key, error_message: message }] });
}

/** Authorisation, limits and reports answer one bare object. */
function bare(status: number, key: string, message: string, headers: Record<string, string> = {}): Refusal {
  return new Refusal({ status, headers, json: { error_key: key, error_message: message } });
}

/** The token endpoint speaks OAuth. */
export function oauth(status: number, error: string, description: string): Refusal {
  return new Refusal({ status, json: { error, error_description: description } });
}

export const validation = (message: string): Refusal => listed(400, 'contacts.api.validation.error', message);

export const notFound = (what: string): Refusal => listed(404, 'not_found', `${what} was not found.`);

export const reportNotFound = (what: string): Refusal =>
  bare(404, 'reportingsvc.not_found.invalid_path_param', `${what} was not found.`);

export const reportInvalid = (message: string): Refusal =>
  bare(400, 'reportingsvc.bad_request.invalid_query_param', message);

export const throttled = (): Refusal => bare(429, 'throttled', 'Too Many Requests');

export const quotaExceeded = (): Refusal => bare(429, 'quota_exceeded', 'Limit Exceeded');

export const unauthorized = (): Refusal =>
  bare(401, 'unauthorized', 'Unauthorized', { 'www-authenticate': 'Bearer realm=api.cc.email' });

export const forbidden = (): Refusal => bare(403, 'access_denied', 'Insufficient permissions.');
