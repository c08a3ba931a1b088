import { isPortageError, PortageError, type PortageErrorInit } from '@portage/platform';
import { type VendorError } from './vendor-error.js';

/** Klaviyo understood the request and refuses its content: rows to drop, a list that is gone, or the whole request. */
export class KlaviyoRefusal extends PortageError {
  /** Private, so that nothing that prints the error's own fields prints the vendor's words. Invariant 10. */
  readonly #vendorErrors: readonly VendorError[];

  constructor(init: PortageErrorInit, vendorErrors: readonly VendorError[]) {
    super(init);
    this.#vendorErrors = vendorErrors;
  }

  get vendorErrors(): readonly VendorError[] {
    return this.#vendorErrors;
  }
}

export function isRefusal(error: unknown): error is KlaviyoRefusal {
  return isPortageError(error) && 'vendorErrors' in error;
}
