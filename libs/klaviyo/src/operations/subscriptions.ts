import { rowsUnder } from '../batch/blame.js';
import { deliver } from '../batch/deliver.js';
import { type BatchResult, type OnAccepted } from '../batch/result.js';
import { type Caller } from '../calls/caller.js';
import { type CallOptions } from '../calls/options.js';
import { type Requests } from '../generated/contract.js';
import { maxima } from '../maxima.js';
import { atMost } from './at-most.js';

export interface SubscriptionRow {
  readonly email: string;
  /** The original opt-in, in the past. */
  readonly consentedAt: number;
}

export interface SubscribeOptions extends CallOptions {
  /** The read that allowed this is too old afterwards (epoch milliseconds): nothing is sent then. */
  readonly sendBefore?: number;
  /** Awaited right before the bytes of each request leave. */
  readonly beforeSend?: () => Promise<void>;
  readonly onAccepted?: OnAccepted<null>;
}

/**
 * Subscribes people with their original date. Removes suppressions that Klaviyo holds (`UNSUBSCRIBE`, `SPAM_COMPLAINT`,
 * `USER_SUPPRESSED`), so callers read and decide right before. `historical_import` keeps Klaviyo from sending opt-in mail
 * and from starting "added to list" flows; no list, for the same reason. Takes effect in minutes.
 *
 * Sent once. @throws PortageError with `details.sent` true when it may have been carried out: read again and decide again.
 * `klaviyo.too_late` (retry, `details.sent` false) when `sendBefore` passed.
 */
export function subscribe(
  caller: Caller,
  rows: readonly SubscriptionRow[],
  options: SubscribeOptions = {},
): Promise<BatchResult<null>> {
  atMost(maxima.subscribe, rows);
  const { onAccepted, ...call } = options;
  const endpoint = 'POST /api/profile-subscription-bulk-create-jobs' as const;
  return deliver({
    rows,
    send: async (sent) => {
      await caller.send({ endpoint, body: subscribeRequest(sent), repeat: 'once', ...call });
      return null;
    },
    rowsNamed: (sent) => rowsUnder('/data/attributes/profiles/data', sent.length),
    ...(onAccepted ? { onAccepted } : {}),
  });
}

function subscribeRequest(
  rows: readonly SubscriptionRow[],
): Requests['POST /api/profile-subscription-bulk-create-jobs'] {
  return {
    data: {
      type: 'profile-subscription-bulk-create-job',
      attributes: {
        historical_import: true,
        profiles: {
          data: rows.map(({ email, consentedAt }) => ({
            type: 'profile',
            attributes: {
              email,
              subscriptions: {
                // With an offset: a time without one was refused as no valid date of consent.
                email: { marketing: { consent: 'SUBSCRIBED', consented_at: new Date(consentedAt).toISOString() } },
              },
            },
          })),
        },
      },
    },
  };
}
