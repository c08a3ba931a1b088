import { type IncomingHttpHeaders } from 'node:http';

/**
 * A request that names a content type and sends nothing, as many clients do for a POST without arguments, has no body.
 * Taken literally it would be invalid JSON.
 */
export function forgetTypeOfNoBody(headers: IncomingHttpHeaders): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (encoding === undefined && (length === undefined || length === '0')) delete headers['content-type'];
}
