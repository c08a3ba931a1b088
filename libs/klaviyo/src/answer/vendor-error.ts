import { type HttpResponse, jsonOf } from '@portage/http';

/** One entry of `{errors: [...]}`. Several may come in one answer. */
export interface VendorError {
  readonly code: string;
  /** JSON pointer into the request; null when the error names no place. */
  readonly pointer: string | null;
  /** The vendor's words: may quote what was sent, so they stay inside this library. */
  readonly detail: string;
}

/** The errors of an answer, or null when it is not the vendor's own (a gateway's HTML, an empty body). */
export function vendorErrors(response: HttpResponse): VendorError[] | null {
  const body = jsonOf(response);
  const errors = isObject(body) ? body['errors'] : undefined;
  if (!Array.isArray(errors)) return null;
  return errors.filter(isObject).map((error) => ({
    code: typeof error['code'] === 'string' ? error['code'] : 'unknown',
    pointer: pointerOf(error['source']),
    detail: typeof error['detail'] === 'string' ? error['detail'] : '',
  }));
}

function pointerOf(source: unknown): string | null {
  const pointer = isObject(source) ? source['pointer'] : undefined;
  if (typeof pointer !== 'string' || pointer === '') return null;
  return pointer.startsWith('/') ? pointer : `/${pointer}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
