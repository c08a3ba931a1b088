import { isPortageError, PortageError, type PortageErrorInit } from '@portage/platform';
import { type VendorError } from './vendor-error.js';

/** Klaviyo understood the request and refuses its content: rows to drop, a list that is gone, or the whole request. */
export class KlaviyoRefusal extends PortageError {
  constructor(
    init: PortageErrorInit,
    readonly errors: readonly VendorError[],
  ) {
    super(init);
  }
}

export function isRefusal(error: unknown): error is KlaviyoRefusal {
  return isPortageError(error) && 'errors' in error;
}
