import { type RowType } from './row-codes.js';
import { type TrackingRows } from './tracking-rows.js';

export type CampaignStatus = 'Draft' | 'Scheduled' | 'Executing' | 'Done' | 'Error' | 'Removed';

export interface Campaign {
  readonly id: string;
  name: string;
  status: CampaignStatus;
  readonly typeCode: number;
  readonly createdAt: number;
  updatedAt: number;
  /** Still in the listing and in the summaries, gone when asked for. */
  vanished?: boolean;
  readonly activities: CampaignActivity[];
}

export interface CampaignActivity {
  readonly id: string;
  readonly role: 'primary_email' | 'permalink' | 'resend';
  readonly subject: string;
  readonly fromName: string;
  readonly fromEmail: string;
  readonly listIds: string[];
  /** Absent: never sent. */
  sentAt?: number;
  readonly links: CampaignLink[];
  readonly rows: Record<RowType, TrackingRows>;
  /** Spam complaints, which the vendor only counts. */
  abuse: number;
}

interface CampaignLink {
  readonly urlId: string;
  readonly url: string;
}

/** When the campaign last went out, whatever the activity. */
export function lastSentAt(campaign: Campaign): number | undefined {
  return campaign.activities.reduce<number | undefined>(
    (last, { sentAt }) => (sentAt !== undefined && (last === undefined || sentAt > last) ? sentAt : last),
    undefined,
  );
}

/** Its mailings and their reports answer 404: it vanished, or its owner removed it. */
export function isGone({ vanished, status }: Campaign): boolean {
  return vanished === true || status === 'Removed';
}
