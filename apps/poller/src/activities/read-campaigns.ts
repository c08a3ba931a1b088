import { campaignOf, endpoints, type Odd, subjectOf, summariesOf } from '@portage/constant-contact';
import { columns } from '@portage/persistence';
import { oddRows } from '../pages/odd-rows.js';
import { type Pass } from '../pass/pass.js';
import { RESERVES } from '../pass/source.js';
import { whileSpare } from '../pass/spare.js';
import { storeSummaries } from './campaign-store.js';
import { readStats } from './read-stats.js';
import { wantedReports } from './wanted.js';

/** A mailing of the last days gathers rows faster than the vendor's counts follow. */
export const RECENT_MS = 3 * 86_400_000;
/** So many campaigns that the vendor did not know a day ago are looked for again in one pass. */
const SECOND_LOOKS = 20;

/**
 * Finds out what was sent, and how much happened to it: campaign summaries (newest first), then for each new or newly sent
 * campaign its mailings, then the mailings' own counts.
 */
export async function readCampaigns(pass: Pass): Promise<void> {
  for await (const page of pass.source.pages(endpoints.campaignSummaries())) {
    const rows = summariesOf(page.body);
    const summaries = rows.flatMap((row) => (row.ok ? [row.value] : []));
    await pass.countCalls();
    await storeSummaries(pass.database, pass.connectionId, summaries);
    const odds = rows.filter((row): row is Odd => !row.ok);
    await publishOdds(pass, odds, page.observedAt);
  }
  await readMailings(pass);
  await whileSpare(() => readStats(pass));
}

async function readMailings(pass: Pass): Promise<void> {
  const engagement = wantedReports(pass.connection).length > 0;
  for (;;) {
    const [campaign] = await pass.database.query<{ campaign_id: string }>(
      `SELECT campaign_id FROM sync.campaigns WHERE connection_id = $1 AND NOT detailed AND vanished_at IS NULL
       ORDER BY last_sent_at DESC NULLS LAST LIMIT 1`,
      [pass.connectionId],
    );
    if (!campaign) break;
    await readMailingsOf(pass, campaign.campaign_id);
  }
  await whileSpare(() => lookAgain(pass));
  // Without them events lack their subject, which is no reason to keep opt-outs waiting for another day.
  if (engagement) await whileSpare(() => readSubjects(pass));
}

/** What is gone may come back: a campaign is restored, or the vendor was mistaken. */
async function lookAgain(pass: Pass): Promise<void> {
  const campaigns = await pass.database.query<{ campaign_id: string }>(
    `SELECT campaign_id FROM sync.campaigns WHERE connection_id = $1 AND vanished_at < now() - interval '1 day'
     ORDER BY vanished_at LIMIT ${SECOND_LOOKS}`,
    [pass.connectionId],
  );
  for (const { campaign_id: campaignId } of campaigns) await readMailingsOf(pass, campaignId, RESERVES.sweeps);
}

/** A campaign can vanish between the listing and the look: it is skipped until the next day. */
async function readMailingsOf(pass: Pass, campaignId: string, reserve = RESERVES.urgent as number): Promise<void> {
  const page = await pass.source.find(endpoints.campaign(campaignId), { reserve });
  const detail = page === null ? null : campaignOf(page.body);
  await pass.countCalls();
  if (page && detail) await publishOdds(pass, detail.odds, page.observedAt);
  const mailings = detail?.mailings ?? [];
  // At once: a kill leaves nothing that is known by half, and no forecast counts a campaign twice.
  await pass.database.transaction(async (queries) => {
    await queries.execute(
      `INSERT INTO sync.mailings (connection_id, campaign_id, activity_id, role)
       SELECT $1, $2, * FROM unnest($3::text[], $4::text[])
       ON CONFLICT (connection_id, activity_id) DO UPDATE SET role = EXCLUDED.role`,
      [pass.connectionId, campaignId, ...columns(mailings, ['activityId', 'role'])],
    );
    await queries.execute(
      `UPDATE sync.campaigns SET detailed = true, vanished_at = CASE WHEN $3 THEN now() END, name = coalesce($4, name)
       WHERE connection_id = $1 AND campaign_id = $2`,
      [pass.connectionId, campaignId, page === null, detail?.name ?? null],
    );
  });
}

async function readSubjects(pass: Pass): Promise<void> {
  for (;;) {
    const [mailing] = await pass.database.query<{ activity_id: string }>(
      `SELECT activity_id FROM sync.mailings m JOIN sync.campaigns c USING (connection_id, campaign_id)
       WHERE connection_id = $1 AND NOT described AND c.vanished_at IS NULL AND m.vanished_at IS NULL
       ORDER BY c.last_sent_at DESC NULLS LAST LIMIT 1`,
      [pass.connectionId],
    );
    if (!mailing) return;
    const page = await pass.source.find(endpoints.campaignActivity(mailing.activity_id), {
      reserve: RESERVES.activities,
    });
    await pass.countCalls();
    await pass.database.execute(
      'UPDATE sync.mailings SET described = true, subject = $3 WHERE connection_id = $1 AND activity_id = $2',
      [pass.connectionId, mailing.activity_id, page === null ? null : subjectOf(page.body)],
    );
  }
}

async function publishOdds(pass: Pass, odds: readonly Odd[], observedAt: number): Promise<void> {
  if (odds.length === 0) return;
  await pass.publish({ observedAt, ...(await oddRows(pass.database, 'activities', odds, pass.origin(observedAt))) });
}
