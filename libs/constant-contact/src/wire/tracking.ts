import { z } from 'zod';
import { REPORTS, type Report } from '../endpoint.js';
import { type Parsed, rowsOf } from './envelope.js';
import { id, text, time, word } from './value.js';

/** A row without contact or time has no identity. */
const moment = z
  .unknown()
  .optional()
  .transform((value) => time.parse(value))
  .pipe(z.number());

const wireRow = z.object({
  contact_id: id,
  campaign_activity_id: text,
  tracking_activity_type: word,
  email_address: text,
  created_time: moment,
  device_type: text,
  url_id: text,
  link_url: text,
  bounce_code: text,
  opt_out_reason: text,
});

export type TrackingRow = z.output<typeof wireRow>;

export function trackingRowsOf(body: unknown): Parsed<TrackingRow>[] {
  return rowsOf(body, 'tracking_activities', wireRow);
}

/** A sign of life, or of a send, from a contact's own report. */
export interface ContactEvent {
  readonly report: Report;
  readonly activityId: string | null;
  readonly at: number;
}

/** Rows of the contact report; types that were not asked for are left out. */
export function contactEventsOf(body: unknown): ContactEvent[] {
  return trackingRowsOf(body).flatMap((row) => {
    if (!row.ok) return [];
    const report = REPORTS.find((name) => row.value.tracking_activity_type === `em_${name}`);
    return report ? [{ report, activityId: row.value.campaign_activity_id, at: row.value.created_time }] : [];
  });
}
