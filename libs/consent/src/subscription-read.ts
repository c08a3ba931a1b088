/** Klaviyo's record of a person's e-mail marketing, as read. Words are kept as the vendor has them. */
export interface SubscriptionRead {
  /** SUBSCRIBED, UNSUBSCRIBED, NEVER_SUBSCRIBED; null when the answer had none. */
  readonly consent: string | null;
  readonly consentTimestamp: string | null;
  readonly suppressions: readonly { readonly reason: string; readonly timestamp: string | null }[];
  /** Nothing suppresses the person everywhere, "never subscribed" included. Absent or null: the answer did not say. */
  readonly canReceive?: boolean | null;
}

/** Whether two reads show the same record. Instants are compared, not their notation, which the vendor varies. */
export function sameRead(a: SubscriptionRead, b: SubscriptionRead): boolean {
  return (
    a.consent === b.consent &&
    instant(a.consentTimestamp) === instant(b.consentTimestamp) &&
    suppressionsOf(a) === suppressionsOf(b)
  );
}

/** Whether the record is the one read before, but for instants that have moved into a span of time (milliseconds). */
export function movedWithin(
  before: SubscriptionRead,
  read: SubscriptionRead,
  span: { readonly from: number; readonly until: number },
): boolean {
  const moved = (a: string | null, b: string | null): boolean => {
    const at = Date.parse(b ?? '');
    return instant(a) === instant(b) || (at >= span.from && at <= span.until);
  };
  const [old, now] = [before, read].map(({ suppressions }) =>
    [...suppressions].sort((a, b) =>
      `${a.reason} ${instant(a.timestamp)}` < `${b.reason} ${instant(b.timestamp)}` ? -1 : 1,
    ),
  );
  if (!old || !now || before.consent !== read.consent || old.length !== now.length) return false;
  if (!moved(before.consentTimestamp, read.consentTimestamp)) return false;
  return old.every((one, at) => one.reason === now[at]?.reason && moved(one.timestamp, now[at].timestamp));
}

/** Whether Klaviyo holds any opt-out of this person, whoever wrote it. */
export function isOptedOut(read: SubscriptionRead): boolean {
  return read.consent === 'UNSUBSCRIBED' || isSuppressed(read);
}

/** Whether something suppresses the person everywhere. The list of suppressions may be null; the flag is never left out. */
export function isSuppressed(read: SubscriptionRead): boolean {
  return read.suppressions.length > 0 || read.canReceive === false;
}

function suppressionsOf(read: SubscriptionRead): string {
  return read.suppressions
    .map(({ reason, timestamp }) => `${reason} ${instant(timestamp)}`)
    .sort()
    .join('\n');
}

function instant(timestamp: string | null): string {
  if (timestamp === null) return '';
  const at = Date.parse(timestamp);
  return Number.isNaN(at) ? timestamp : String(at);
}
