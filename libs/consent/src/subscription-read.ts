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

/** Whether Klaviyo holds any opt-out of this person, whoever wrote it. */
export function isOptedOut(read: SubscriptionRead): boolean {
  return read.consent === 'UNSUBSCRIBED' || read.suppressions.length > 0;
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
