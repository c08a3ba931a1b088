import { type OracleOptions } from '../options.js';
import { type ActivityType } from '../options.js';
import { type PersonVerdict } from '../truth/person-verdict.js';
import { type SourceRow } from '../truth/rows.js';
import { type ExpectedEvent } from './expected.js';

const METRICS: Readonly<Record<ActivityType, string>> = {
  sent: 'Received Email',
  opened: 'Opened Email',
  clicked: 'Clicked Email',
  bounced: 'Bounced Email',
  opted_out: 'Unsubscribed',
  forwarded: 'Forwarded Email',
};

const DAY = 86_400_000;
const FUZZ = 10 * 60_000;

/** The event of a row, for the contact's present address; undefined where none is sent. */
export function eventOf(
  row: SourceRow,
  contactId: string,
  verdict: PersonVerdict | undefined,
  options: OracleOptions,
): ExpectedEvent | undefined {
  if (!options.collectEngagement || !options.activityTypes.includes(row.type)) return undefined;
  // An auto-reply is a delivered mail, not a bounce.
  if (row.bounceCode === 'V') return undefined;
  if (verdict === undefined || verdict.decision === 'deleted') return undefined;
  const limit = options.connectedAt - options.historyDays * DAY;
  const time = row.second * 1000;
  if (time < limit - FUZZ) return undefined;
  const ownIsLive = verdict.live.some(({ contact }) => contact.id === contactId);
  return {
    metric: `${METRICS[row.type]} ${options.metricSuffix}`.trim(),
    email: verdict.person,
    contactId,
    second: row.second,
    properties: propertiesOf(row),
    // Deleted and unsubscribed, or deleted beside a contact that lives: the rules can be read either way.
    optional: time < limit + FUZZ || !ownIsLive,
  };
}

function propertiesOf(row: SourceRow): Record<string, string> {
  const all = {
    'Campaign Name': row.campaignName,
    'Campaign ID': row.campaignId,
    'Campaign Activity ID': row.activityId,
    Subject: row.subject,
    URL: row.url,
    'URL ID': row.urlId,
    Device: row.device,
    'Bounce Code': row.bounceCode,
    'Opt-Out Reason': row.optOutReason,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => Boolean(entry[1])));
}
