import {
  type Account,
  type Campaign,
  type CampaignActivity,
  readRows,
  type ReportRow,
  type RowType,
} from '@portage/simulators';
import { type ActivityType } from '../options.js';
import { personOf } from './address.js';

/** A row of a report that the source lets anybody read, seen for the first time in some pass. */
export interface SourceRow extends ReportRow {
  readonly type: ActivityType;
  /** Normalised address that the mail went to. */
  readonly person: string;
  readonly campaignId: string;
  readonly campaignName: string;
  readonly activityId: string;
  readonly subject: string;
}

const TYPES: Readonly<Record<RowType, ActivityType>> = {
  sends: 'sent',
  opens: 'opened',
  clicks: 'clicked',
  forwards: 'forwarded',
  optouts: 'opted_out',
  bounces: 'bounced',
};

/** Remembers how far each report was read, so that each row comes once. */
export class RowReader {
  private readonly read = new Map<string, number>();

  newRows(account: Account): SourceRow[] {
    return account.campaigns
      .filter(isReadable)
      .flatMap((campaign) =>
        campaign.activities
          .filter(({ role, sentAt }) => sentAt !== undefined && role !== 'permalink')
          .flatMap((activity) => this.newRowsOf(account, campaign, activity)),
      );
  }

  private newRowsOf(account: Account, campaign: Campaign, activity: CampaignActivity): SourceRow[] {
    return (Object.keys(TYPES) as RowType[]).flatMap((report) => {
      const key = `${activity.id} ${report}`;
      const rows = readRows(account, activity, report, this.read.get(key) ?? 0);
      this.read.set(key, activity.rows[report].length);
      return rows.map((row) => ({
        ...row,
        type: TYPES[report],
        person: personOf(row.address),
        campaignId: campaign.id,
        campaignName: campaign.name,
        activityId: activity.id,
        subject: activity.subject,
      }));
    });
  }
}

/** Sent, in the summaries, and there when asked for. */
function isReadable(campaign: Campaign): boolean {
  return campaign.status === 'Done' && campaign.vanished !== true;
}
