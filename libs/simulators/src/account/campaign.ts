import { type TrackingRows } from './tracking-rows.js';

export const ROW_TYPES = ['sends', 'opens', 'clicks', 'forwards', 'optouts', 'bounces'] as const;
export type RowType = (typeof ROW_TYPES)[number];

export const BOUNCE_CODES = ['B', 'D', 'F', 'S', 'V', 'X', 'Z'] as const;
export type BounceCode = (typeof BOUNCE_CODES)[number];

/** `none` is counted by the statistics and left out of the rows. */
export const DEVICES = ['computer', 'mobile', 'tablet', 'other', 'none'] as const;
export type Device = (typeof DEVICES)[number];

/** Position 0: the person gave none. */
export const OPT_OUT_REASONS = ['', 'Too many emails', 'I never signed up', 'Not relevant to me', 'Other'] as const;

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

export interface CampaignLink {
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
