import { type CampaignSummary } from '@portage/constant-contact';
import { columns, type Queries } from '@portage/persistence';

/** A campaign that was sent again may have new mailings, so its details are read again. */
export async function storeSummaries(
  queries: Queries,
  connectionId: string,
  summaries: readonly CampaignSummary[],
): Promise<void> {
  const rows = [...new Map(summaries.map((summary) => [summary.campaignId, summary])).values()].map((summary) => ({
    ...summary,
    counts: JSON.stringify(summary.counts),
  }));
  await queries.execute(
    `INSERT INTO sync.campaigns AS c (connection_id, campaign_id, last_sent_at, counts)
     SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::jsonb[])
     ON CONFLICT (connection_id, campaign_id) DO UPDATE SET
       detailed = c.detailed AND c.last_sent_at IS NOT DISTINCT FROM EXCLUDED.last_sent_at,
       vanished_at = CASE WHEN c.last_sent_at IS NOT DISTINCT FROM EXCLUDED.last_sent_at THEN c.vanished_at END,
       last_sent_at = EXCLUDED.last_sent_at,
       counts = EXCLUDED.counts`,
    [connectionId, ...columns(rows, ['campaignId', 'lastSentAt', 'counts'])],
  );
}
