import { isGone } from '../../account/campaign.js';
import { type CampaignActivity } from '../../account/index.js';
import { bounceCodeOf, linkOf, rowAt, type TrackingRow } from '../../account/tracking-rows.js';
import { reportInvalid, reportNotFound } from '../errors.js';
import { effectiveQuery, nextLink, nextOf } from '../paging.js';
import { limitOf } from '../query.js';
import { type Endpoint } from '../vendor.js';
import { newestFirst, type Report, trackingRowJson } from '../wire/tracking-row.js';

/** The description demands `_links` of these two, also on the last page. */
const LINKS_REQUIRED: readonly Report[] = ['optouts', 'bounces'];

/**
 * Rows of one activity, newest first, without any filter by date. The cursor names a place among the rows, so that new ones on top
 * move nothing. An activity that was not sent has no rows.
 */
export function trackingReport(report: Report): Endpoint {
  return (call) => {
    const { view, request, vendor } = call;
    const found = view.activity(request.params['campaign_activity_id'] ?? '');
    if (found === undefined || isGone(found.campaign)) throw reportNotFound('campaign_activity_id');
    const { activity } = found;
    const query = effectiveQuery(request);
    const limit = limitOf(query, { fallback: 500, maximum: 500 }, reportInvalid);
    const rows = rowsOf(activity, report, rowFilter(activity, report, query));
    const left = Math.min(Number(nextOf(query) ?? rows.length), rows.length);
    if (!Number.isInteger(left) || left < 0) throw reportInvalid('cursor is not valid.');
    const start = rows.length - left;
    return {
      tracking_activities: rows
        .slice(start, Math.min(start + limit, rows.length))
        .map((row) => trackingRowJson(view.account, activity, report, row)),
      ...(left > limit
        ? nextLink(request, query, { limit, next: left - limit })
        : vendor.lastPages.links(LINKS_REQUIRED.includes(report))),
    };
  };
}

/** Rows newest first. */
interface Rows {
  readonly length: number;
  slice(from: number, to: number): TrackingRow[];
}

function rowsOf(activity: CampaignActivity, report: Report, filter: RowFilter | undefined): Rows {
  if (report === 'unique_opens') return lastOpens(activity);
  if (report === 'didnotopens') return unopened(activity);
  if (filter !== undefined) return newestFirst(activity, report).filter(filter);
  const rows = activity.rows[report];
  const { length } = rows;
  const at = (back: number): TrackingRow => rowAt(rows, length - 1 - back);
  return { length, slice: (from, to) => Array.from({ length: to - from }, (_, place) => at(from + place)) };
}

function lastOpens(activity: CampaignActivity): TrackingRow[] {
  const seen = new Set<number>();
  return newestFirst(activity, 'opens').filter(({ contact }) => !seen.has(contact) && seen.add(contact));
}

function unopened(activity: CampaignActivity): TrackingRow[] {
  const { opens, bounces } = activity.rows;
  const moved = new Set<number>();
  for (const rows of [opens, bounces]) {
    for (let at = 0; at < rows.length; at += 1) moved.add(rowAt(rows, at).contact);
  }
  return newestFirst(activity, 'sends').filter(({ contact }) => !moved.has(contact));
}

type RowFilter = (row: TrackingRow) => boolean;

function rowFilter(activity: CampaignActivity, report: Report, query: URLSearchParams): RowFilter | undefined {
  const url = report === 'clicks' ? query.get('url_id') : null;
  if (url !== null) return ({ detail }) => activity.links[linkOf(detail)]?.urlId === url;
  const codes: string[] = report === 'bounces' ? query.getAll('bounce_code') : [];
  return codes.length === 0 ? undefined : ({ detail }) => codes.includes(bounceCodeOf(detail));
}
