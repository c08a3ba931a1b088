import { type Activity } from '@portage/records';
import { metricName } from './metric-name.js';
import { isoDate, present } from './present.js';

/** One event, ready to send. Plain JSON: it can be stored and sent again as it is. */
export interface EventRow {
  readonly email: string;
  readonly metric: string;
  /** ISO 8601; the vendor keeps whole seconds. */
  readonly time: string;
  /** The record's dedup key: the same happening never counts twice for a person and metric. Invariant 5. */
  readonly uniqueId: string;
  readonly properties: Readonly<Record<string, string>>;
}

export interface UnmappableEvent {
  readonly rejected:
    | 'klaviyo.event_type_unknown'
    | 'klaviyo.event_without_address'
    | 'klaviyo.event_too_old'
    | 'klaviyo.event_too_large'
    | 'klaviyo.metric_name_too_long';
}

export interface EventContext {
  /** The connection's, for example `(Constant Contact)`. */
  readonly suffix: string;
  /** The contact's address now; the one in the record when absent. */
  readonly email?: string;
}

/** A happening as an event. Without `value`: it would turn a metric of engagement into one of money. */
export function mapEvent(activity: Activity, { email, suffix }: EventContext): EventRow | UnmappableEvent {
  const metric = metricName(activity.type, suffix);
  if (metric === null) return { rejected: 'klaviyo.event_type_unknown' };
  if (metric.length >= 128) return { rejected: 'klaviyo.metric_name_too_long' };
  const to = email ?? activity.email;
  if (to === null) return { rejected: 'klaviyo.event_without_address' };
  const time = isoDate(activity.createdAt);
  if (time === null || activity.createdAt < earliest) return { rejected: 'klaviyo.event_too_old' };
  const properties = propertiesOf(activity);
  if (Object.values(properties).some((text) => Buffer.byteLength(text) > longestText)) {
    return { rejected: 'klaviyo.event_too_large' };
  }
  return { email: to, metric, time, uniqueId: activity.dedupKey, properties };
}

/** Events must be after the year 1990. */
const earliest = Date.UTC(1991, 0, 1);
const longestText = 100_000;

function propertiesOf(activity: Activity): Record<string, string> {
  return present({
    'Campaign Name': activity.campaignName,
    'Campaign ID': activity.campaignId,
    'Campaign Activity ID': activity.campaignActivityId,
    Subject: activity.subject,
    URL: activity.url,
    'URL ID': activity.urlId,
    Device: activity.device,
    'Bounce Code': activity.bounceCode,
    'Opt-Out Reason': activity.optOutReason,
  });
}
