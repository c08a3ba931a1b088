import { deliver } from '../batch/deliver.js';
import { type BatchResult, type OnAccepted } from '../batch/result.js';
import { type Caller } from '../calls/caller.js';
import { type CallOptions } from '../calls/options.js';
import { type EventRow } from '../mapping/event.js';
import { maxima } from '../maxima.js';
import { atMost } from './at-most.js';
import { eventsNamed, groupEvents } from './event-request.js';

export interface EventOptions extends CallOptions {
  /** Awaited right before the bytes of each request leave. */
  readonly beforeSend?: () => Promise<void>;
  readonly onAccepted?: OnAccepted<null>;
}

/**
 * Records events without starting flows. An event makes its person exist and mailable, so it is sent only for people whose
 * opt-outs hold. Invariant 5: `unique_id` makes repeating harmless; it is unique per person and metric.
 */
export function sendEvents(
  caller: Caller,
  rows: readonly EventRow[],
  options: EventOptions = {},
): Promise<BatchResult<null>> {
  atMost(maxima.events, rows);
  const { onAccepted, ...call } = options;
  return deliver({
    rows,
    send: async (sent) => {
      const { request } = groupEvents(sent);
      await caller.send({ endpoint: 'POST /api/event-bulk-create-jobs', body: request, repeat: 'safe', ...call });
      return null;
    },
    rowsNamed: eventsNamed,
    // An event that comes again may be discarded or refused: sources differ, and either way it is there.
    repeated: { isSaidBy: ({ pointer }) => pointer?.endsWith('/unique_id') === true, answer: null },
    ...(onAccepted ? { onAccepted } : {}),
  });
}
