/**
 * What the code that meets an error must do with it. Decided where the failure is understood (a vendor's
 * classification table, the Kafka library), obeyed where the loop is.
 *
 * - `retry`: transient; the same work may succeed later.
 * - `throttle`: a quota said no; wait `retryAfterMs` first.
 * - `reauthorize`: the credential is not accepted; get a newer one, else the owner must reconnect.
 * - `dead-letter`: this record can never succeed; keep it with its reason and go on.
 * - `skip`: the thing asked for does not exist (any more).
 * - `halt`: a human must act; going on would do harm or loop for ever.
 */
export type Disposition = 'retry' | 'throttle' | 'reauthorize' | 'dead-letter' | 'skip' | 'halt';

export interface PortageErrorInit {
  /** Stable and dotted, for example `klaviyo.rate_limited`. */
  readonly code: string;
  readonly disposition: Disposition;
  /** Safe to show and to log: no secret, no personal data; says who must do what where a human must act. */
  readonly message: string;
  readonly cause?: unknown;
  /** Closed, safe facts about the failure (status, endpoint, topic ...). */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  /** How long to wait before the next try, where the other side said so. */
  readonly retryAfterMs?: number;
}

const brand = Symbol.for('portage.error');

/** The one error base. Wrapping keeps the inner error as `cause` and never hides its code. */
export class PortageError extends Error {
  readonly [brand] = true;
  readonly code: string;
  readonly disposition: Disposition;
  readonly details: Readonly<Record<string, string | number | boolean>>;
  readonly retryAfterMs: number | undefined;

  constructor(init: PortageErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'PortageError';
    this.code = init.code;
    this.disposition = init.disposition;
    this.details = init.details ?? {};
    this.retryAfterMs = init.retryAfterMs;
  }
}

/** By brand, not by class: errors may come from another realm (Jest) or a second copy of this module. */
export function isPortageError(error: unknown): error is PortageError {
  return typeof error === 'object' && error !== null && brand in error;
}

/** The disposition of any thrown value. What nobody classified is a bug, and a bug halts. */
export function dispositionOf(error: unknown): Disposition {
  return isPortageError(error) ? error.disposition : 'halt';
}

/** True for the error that an aborted AbortSignal throws, of whichever realm; an abort is an order, not a fault. */
export function isAbort(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'AbortError';
}

/** Fields of an error that may be logged. */
export function describeError(error: unknown): Record<string, unknown> {
  if (isPortageError(error)) {
    const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
    return { code: error.code, disposition: error.disposition, message: error.message, ...error.details, ...cause };
  }
  if (error instanceof Error) {
    const code = (error as { code?: unknown }).code;
    return { name: error.name, ...(typeof code === 'string' ? { code } : {}), stack: stackWithoutMessage(error) };
  }
  return { name: typeof error };
}

/** A foreign error's message may quote data; its frames do not. */
function stackWithoutMessage(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8)
    .join('\n');
}
