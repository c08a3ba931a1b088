import { isPortageError } from '@portage/platform';
import { isRefusal } from '../answer/refusal.js';
import { type Caller } from '../calls/caller.js';
import { type CallOptions } from '../calls/options.js';
import { type Requests } from '../generated/contract.js';

export interface RenameOptions extends CallOptions {
  /** The read that allowed this is too old afterwards (epoch milliseconds): nothing is sent then. */
  readonly sendBefore?: number;
  /** Awaited right before the bytes leave. */
  readonly beforeSend?: () => Promise<void>;
}

/**
 * Gives a profile another e-mail address. Consent, suppressions, lists and events stay with the profile and so go along; under
 * the address that it had Klaviyo knows nobody afterwards.
 *
 * @returns null when it is done, else the code of Klaviyo's refusal: the address has a profile of its own
 *   (`klaviyo.duplicate_profile`), is not liked, or the profile is gone
 * @throws PortageError with `details.sent` true when it may have been carried out: read both addresses. Repeating it is harmless.
 *   `klaviyo.too_late` (retry, `details.sent` false) when `sendBefore` passed.
 */
export async function renamePerson(
  caller: Caller,
  profileId: string,
  email: string,
  options: RenameOptions = {},
): Promise<string | null> {
  const endpoint = 'PATCH /api/profiles/{id}' as const;
  const body: Requests[typeof endpoint] = { data: { type: 'profile', id: profileId, attributes: { email } } };
  try {
    await caller.send({ endpoint, id: profileId, body, repeat: 'safe', ...options });
    return null;
  } catch (error) {
    if (isRefusal(error) || (isPortageError(error) && refusals.includes(error.code))) return error.code;
    throw error;
  }
}

const refusals: readonly string[] = ['klaviyo.not_found', 'klaviyo.request_refused'];
