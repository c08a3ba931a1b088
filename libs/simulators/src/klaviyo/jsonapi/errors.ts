import { randomUUID } from 'node:crypto';
import { Refusal, type SimAnswer } from '../../http/index.js';

export interface ErrorObject {
  id: string;
  status: number;
  code: string;
  title: string;
  detail: string;
  source: { pointer?: string; parameter?: string };
  links: Record<string, string>;
  meta: Record<string, unknown>;
}

export function errorObject(
  status: number,
  code: string,
  detail: string,
  source: ErrorObject['source'] = { pointer: '/data' },
  meta: Record<string, unknown> = {},
): ErrorObject {
  return { id: randomUUID(), status, code, title: titles[code] ?? 'Invalid input.', detail, source, links: {}, meta };
}

const titles: Record<string, string> = {
  not_authenticated: 'Authentication credentials were not provided.',
  authentication_failed: 'Incorrect authentication credentials.',
  permission_denied: 'You do not have permission to perform this action.',
  not_found: 'Not found.',
  duplicate_profile: 'Conflict.',
  throttled: 'Request was throttled.',
  unsupported_media_type: 'Unsupported media type.',
  payload_too_large: 'Payload too large.',
  method_not_allowed: 'Method not allowed.',
};

export function errorAnswer(errors: readonly ErrorObject[]): SimAnswer {
  return {
    status: errors[0]?.status ?? 400,
    headers: { 'content-type': 'application/vnd.api+json' },
    json: { errors },
  };
}

export function refuse(
  status: number,
  code: string,
  detail: string,
  source?: ErrorObject['source'],
  meta?: Record<string, unknown>,
): Refusal {
  return new Refusal(errorAnswer([errorObject(status, code, detail, source, meta)]));
}

export function invalid(detail: string, pointer = '/data'): Refusal {
  return refuse(400, 'invalid', detail, { pointer });
}

export function invalidParameter(detail: string, parameter: string): Refusal {
  return refuse(400, 'invalid', detail, { parameter });
}

/** Collects row errors, so that one 400 names all of them. */
export class RowErrors {
  private readonly errors: ErrorObject[] = [];

  add(detail: string, pointer: string): void {
    this.errors.push(errorObject(400, 'invalid', detail, { pointer }));
  }

  get any(): boolean {
    return this.errors.length > 0;
  }

  throwIfAny(): void {
    if (this.errors.length > 0) throw new Refusal(errorAnswer(this.errors));
  }
}

/** A 429 has neither a content type nor the rate headers. */
export function throttledAnswer(retryAfterSeconds: number): SimAnswer {
  const detail = `Request was throttled. Expected available in ${retryAfterSeconds} second${retryAfterSeconds === 1 ? '' : 's'}.`;
  return {
    status: 429,
    headers: { 'retry-after': String(retryAfterSeconds) },
    text: JSON.stringify({ errors: [errorObject(429, 'throttled', detail)] }),
  };
}
