import { type Account, type CampaignActivity, type RowType } from '../../account/index.js';
import { bounceCodeOf, deviceOf, linkOf, reasonOf, rowAt, type TrackingRow } from '../../account/tracking-rows.js';
import { day, precise } from './moments.js';

export type Report = RowType | 'unique_opens' | 'didnotopens';

/** A row of a report: the address is the one the mail went to, the names are those of today; nothing identifies the event itself. */
export function trackingRowJson(
  account: Account,
  activity: CampaignActivity,
  report: Report,
  row: TrackingRow,
): Record<string, unknown> {
  const contact = account.contacts[row.contact];
  const gone = contact?.deletedAt ?? contact?.purgedAt;
  return {
    contact_id: contact?.id,
    campaign_activity_id: activity.id,
    tracking_activity_type: report === 'unique_opens' ? 'em_opens' : `em_${report}`,
    email_address: account.addresses[row.address],
    ...(contact?.firstName === undefined ? {} : { first_name: contact.firstName }),
    ...(contact?.lastName === undefined ? {} : { last_name: contact.lastName }),
    ...extras(account, activity, report, row),
    created_time: precise(row.second * 1000),
    ...(gone === undefined ? {} : { deleted_at: day(gone) }),
  };
}

export function newestFirst(activity: CampaignActivity, type: RowType): TrackingRow[] {
  const rows = activity.rows[type];
  return Array.from({ length: rows.length }, (_, back) => rowAt(rows, rows.length - 1 - back));
}

function extras(
  account: Account,
  activity: CampaignActivity,
  report: Report,
  row: TrackingRow,
): Record<string, unknown> {
  switch (report) {
    case 'opens':
    case 'unique_opens':
      return device(row);
    case 'clicks': {
      const link = activity.links[linkOf(row.detail)];
      return { ...device(row), url_id: link?.urlId, link_url: link?.url };
    }
    case 'optouts': {
      const reason = reasonOf(row.detail);
      return reason === undefined ? {} : { opt_out_reason: reason };
    }
    case 'bounces': {
      const current = account.contacts[row.contact]?.email?.address ?? account.addresses[row.address];
      return { bounce_code: bounceCodeOf(row.detail), current_email_address: current };
    }
    default:
      return {};
  }
}

function device(row: TrackingRow): Record<string, string> {
  const name = deviceOf(row.detail);
  return name === 'none' ? {} : { device_type: name };
}
