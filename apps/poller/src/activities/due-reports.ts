import { type Mailing, type Report } from '@portage/constant-contact';
import { type Pass } from '../pass/pass.js';
import { countsNow } from './vendor-counts.js';
import { beginWalk, type Moment, type Walk, type Watermark } from './watermark.js';

export interface DueReport {
  readonly mailing: Mailing;
  readonly report: Report;
  readonly feeds: boolean;
  readonly walk: Walk | null;
  readonly watermark: Watermark;
  /** The vendor's count as of now, remembered once the report has been read. */
  readonly counted: number | null;
  /** The same of its campaign's summary. */
  readonly summarised: number | null;
  /** Whether the vendor did not know the mailing when it was last asked. */
  readonly lost: boolean;
}

/** The next report to read among some kinds: those under way first, then of the newest campaign. */
export async function nextDueReport(pass: Pass, reports: readonly Report[]): Promise<DueReport | undefined> {
  const [row] = await pass.database.query<DueRow>(
    `SELECT r.activity_id, r.report, r.feeds, r.walk, r.watermark, r.at_watermark,
       m.campaign_id, m.subject, c.name AS campaign_name, m.vanished_at IS NOT NULL AS lost, ${countsNow}
     FROM sync.reports r
       JOIN sync.mailings m USING (connection_id, activity_id)
       JOIN sync.campaigns c USING (connection_id, campaign_id)
     WHERE r.connection_id = $1 AND r.due AND r.report = ANY($2)
     ORDER BY (r.walk IS NULL), c.last_sent_at DESC NULLS LAST, r.activity_id, array_position($2, r.report) LIMIT 1`,
    [pass.connectionId, reports],
  );
  return row && dueOf(row);
}

interface DueRow {
  readonly activity_id: string;
  readonly report: Report;
  readonly feeds: boolean;
  readonly walk: Walk | null;
  readonly watermark: string | null;
  readonly at_watermark: Moment;
  readonly campaign_id: string;
  readonly subject: string | null;
  readonly campaign_name: string | null;
  readonly counted: string | null;
  readonly summarised: string | null;
  readonly lost: boolean;
}

function dueOf(row: DueRow): DueReport {
  const { activity_id: activityId, campaign_id: campaignId, campaign_name: campaignName, subject } = row;
  return {
    mailing: { activityId, campaignId, campaignName, subject },
    report: row.report,
    feeds: row.feeds,
    walk: row.walk && { ...beginWalk, ...row.walk },
    watermark: { at: numberOf(row.watermark), rows: row.at_watermark },
    counted: numberOf(row.counted),
    summarised: numberOf(row.summarised),
    lost: row.lost,
  };
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
