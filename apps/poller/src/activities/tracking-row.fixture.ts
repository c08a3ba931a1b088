import { type TrackingRow } from '@portage/constant-contact';

/** A row of a report of which only the contact and the moment matter. */
export function trackingRow(contactId: string, createdTime: number): TrackingRow {
  return {
    contact_id: contactId,
    created_time: createdTime,
    campaign_activity_id: null,
    tracking_activity_type: null,
    email_address: null,
    device_type: null,
    url_id: null,
    link_url: null,
    bounce_code: null,
    opt_out_reason: null,
  };
}
