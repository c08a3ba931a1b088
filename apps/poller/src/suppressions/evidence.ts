import { type Mailing, type Report, type TrackingRow } from '@portage/constant-contact';
import { normaliseEmail } from '@portage/records';
import { SAFETY_REPORTS } from '../activities/wanted.js';
import { type EvidenceRow } from '../pages/page.js';
import { type Pass } from '../pass/pass.js';

/**
 * Rows that may decide about suppressions: every bounce and opt-out, and the signs of life of contacts that have bounced.
 * Everybody else's opens and clicks decide nothing, so they are not kept.
 */
export async function evidenceOf(
  pass: Pass,
  report: Report,
  mailing: Mailing,
  rows: readonly TrackingRow[],
): Promise<EvidenceRow[]> {
  if (report === 'forwards' || rows.length === 0) return [];
  const evidence = rows.map((row) => evidenceRow(report, row, mailing));
  if (SAFETY_REPORTS.includes(report)) return evidence;
  const watched = await watchedAmong(
    pass,
    rows.map((row) => row.contact_id),
  );
  return evidence.filter((row) => watched.has(row.contact_id));
}

/** The same row read twice has the same key; equal rows of one moment decide no more than one of them. */
export function rowKey(report: Report, activityId: string | null, at: number, code: string | null): string {
  return [report, activityId ?? '', at, code ?? ''].join(':');
}

function evidenceRow(report: Report, row: TrackingRow, { activityId, campaignId }: Mailing): EvidenceRow {
  const code = row.bounce_code?.toUpperCase() ?? null;
  return {
    contact_id: row.contact_id,
    row_key: rowKey(report, activityId, row.created_time, code),
    report,
    address: addressOf(row.email_address),
    at: row.created_time,
    campaign_id: campaignId,
    activity_id: activityId,
    bounce_code: code,
  };
}

/**
 * Null only where the row names no address. One that is not usable is kept as it is written, which is the address of nobody: what
 * happened to a mistyped address must not be laid to the one that it was corrected to.
 */
function addressOf(written: string | null): string | null {
  const email = normaliseEmail(written);
  return email.ok ? email.email : written;
}

async function watchedAmong(pass: Pass, contactIds: readonly string[]): Promise<Set<string>> {
  const rows = await pass.database.query<{ contact_id: string }>(
    `SELECT contact_id FROM sync.subjects WHERE connection_id = $1 AND watched AND contact_id = ANY($2)`,
    [pass.connectionId, [...new Set(contactIds)]],
  );
  return new Set(rows.map((row) => row.contact_id));
}
