import { type HttpResponse, jsonOf } from '@portage/http';
import { PortageError } from '@portage/platform';
import { type z } from 'zod';
import { type Endpoint } from '../endpoint.js';

/** A success whose body is not what the description promises: carried out, but nobody knows with what result. */
export function unreadable(endpoint: Endpoint): PortageError {
  return new PortageError({
    code: 'klaviyo.unreadable',
    disposition: 'retry',
    message: 'Klaviyo answered with something that cannot be read.',
    details: { endpoint, sent: true },
  });
}

/** @throws PortageError `klaviyo.unreadable` (retry) */
export function readAs<T>(endpoint: Endpoint, response: HttpResponse, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(jsonOf(response));
  if (!parsed.success) throw unreadable(endpoint);
  return parsed.data;
}
