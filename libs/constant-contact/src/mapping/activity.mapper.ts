import { type Activity, type ActivityType, normaliseEmail } from '@portage/records';
import { type Report } from '../endpoint.js';
import { type TrackingRow } from '../wire/tracking.js';

export type ActivityContent = Omit<Activity, 'meta' | 'dedupKey'>;

/** What is known of a mailing beyond its rows. */
export interface Mailing {
  readonly activityId: string;
  readonly campaignId: string;
  readonly campaignName: string | null;
  readonly subject: string | null;
}

export const activityTypeOf: Readonly<Record<Report, ActivityType>> = {
  sends: 'sent',
  opens: 'opened',
  clicks: 'clicked',
  bounces: 'bounced',
  optouts: 'opted_out',
  forwards: 'forwarded',
};

/** A vacation reply: the mail was delivered, so the row is no bounce of any kind. */
export function isDelivered(report: Report, row: Pick<TrackingRow, 'bounce_code'>): boolean {
  return report === 'bounces' && row.bounce_code?.toUpperCase() === 'V';
}

/** Pure: a row of a report in Portage's words. The report says the type; the row's own word for it is not needed. */
export function activityContent(report: Report, row: TrackingRow, mailing: Mailing): ActivityContent {
  const email = normaliseEmail(row.email_address);
  return {
    contactId: row.contact_id,
    type: activityTypeOf[report],
    campaignId: mailing.campaignId,
    campaignActivityId: mailing.activityId,
    campaignName: mailing.campaignName,
    subject: mailing.subject,
    email: email.ok ? email.email : null,
    createdAt: row.created_time,
    url: row.link_url,
    urlId: row.url_id,
    device: row.device_type,
    bounceCode: row.bounce_code?.toUpperCase() ?? null,
    optOutReason: row.opt_out_reason,
  };
}
