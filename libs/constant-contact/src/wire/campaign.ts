import { z } from 'zod';
import { type Report } from '../endpoint.js';
import { type Odd, parseRow, type Parsed, rowsOf } from './envelope.js';
import { count, id, maybe, text, time, word } from './value.js';

const uniqueCounts = z.object({
  sends: count,
  opens: count,
  clicks: count,
  bounces: count,
  optouts: count,
  forwards: count,
});

const wireSummary = z.object({ campaign_id: id, last_sent_date: time, unique_counts: maybe(uniqueCounts) });

export interface CampaignSummary {
  readonly campaignId: string;
  readonly lastSentAt: number | null;
  /** Contacts, not rows: who opened twice counts once. */
  readonly counts: Readonly<Record<Report, number>>;
}

export function summariesOf(body: unknown): Parsed<CampaignSummary>[] {
  return rowsOf(body, 'bulk_email_campaign_summaries', wireSummary).map((row) => {
    if (!row.ok) return row;
    const { campaign_id: campaignId, last_sent_date: lastSentAt, unique_counts: counts } = row.value;
    return { ok: true, value: { campaignId, lastSentAt, counts: countsOf(counts) } };
  });
}

/** A count that is missing may be anything, so its report is looked at. */
function countsOf(counts: z.output<typeof uniqueCounts> | null): CampaignSummary['counts'] {
  const { sends, opens, clicks, bounces, optouts, forwards } = counts ?? {};
  return {
    sends: sends ?? 1,
    opens: opens ?? 1,
    clicks: clicks ?? 1,
    bounces: bounces ?? 1,
    optouts: optouts ?? 1,
    forwards: forwards ?? 1,
  };
}

const wireMailing = z.object({ campaign_activity_id: id, role: word });

/** A campaign with those of its activities that are mailings: the others have no reports. */
export interface CampaignDetail {
  readonly name: string | null;
  readonly mailings: readonly { readonly activityId: string; readonly role: 'primary_email' | 'resend' }[];
  /** Activities that cannot be used. */
  readonly odds: readonly Odd[];
}

export function campaignOf(body: unknown): CampaignDetail {
  const { name, campaign_activities: activities } = (body ?? {}) as { name?: unknown; campaign_activities?: unknown };
  const rows = (Array.isArray(activities) ? activities : []).map((row) =>
    parseRow(row, 'campaign_activities', wireMailing),
  );
  const mailings = rows.flatMap((row) => {
    if (!row.ok) return [];
    const { campaign_activity_id: activityId, role } = row.value;
    return role === 'primary_email' || role === 'resend' ? [{ activityId, role } as const] : [];
  });
  return { name: text.parse(name), mailings, odds: rows.filter((row): row is Odd => !row.ok) };
}

export function subjectOf(body: unknown): string | null {
  return text.parse((body as { subject?: unknown } | null)?.subject);
}

const wireStats = z.object({ campaign_activity_id: id, stats: z.record(z.string(), z.unknown()) });

export interface ActivityStats {
  readonly activityId: string;
  /** Rows, as far as the vendor counts rows; the others count contacts. They trail the reports. */
  readonly rows: Readonly<Record<Report, number | null>>;
}

/** Ids that the vendor does not know are missing here: it lists them under `errors`. */
export function statsOf(body: unknown): ActivityStats[] {
  return rowsOf(body, 'results', wireStats).flatMap((row) => {
    if (!row.ok) return [];
    const stats = underscored(row.value.stats);
    const read = (name: string): number | null => count.parse(stats.get(name));
    return [
      {
        activityId: row.value.campaign_activity_id,
        rows: {
          sends: read('em_sends'),
          opens: read('em_opens_all') ?? read('em_opens'),
          clicks: read('em_clicks_all') ?? read('em_clicks'),
          bounces: read('em_bounces'),
          optouts: read('em_optouts'),
          forwards: read('em_forwards'),
        },
      },
    ];
  });
}

/** The description spells `em_opens_all_mobile`, the guide's sample `em_opens.all.mobile`. */
function underscored(stats: Record<string, unknown>): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(stats).map(([name, value]) => [name.replaceAll('.', '_'), value]));
}
