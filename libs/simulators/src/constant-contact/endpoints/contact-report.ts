import { type CampaignActivity, type RowType } from '../../account/index.js';
import { isGone } from '../../account/campaign.js';
import { ROW_TYPES } from '../../account/row-codes.js';
import { rowAt } from '../../account/tracking-rows.js';
import { reportInvalid, reportNotFound } from '../errors.js';
import { effectiveQuery, nextLink, nextOf } from '../paging.js';
import { dateOf, limitOf } from '../query.js';
import { type Call, type Endpoint } from '../vendor.js';
import { precise } from '../wire/moments.js';

const TYPES = [
  ...ROW_TYPES.map((type) => `em_${type}`),
  'p_contact_open',
  'p_contact_click',
  'p_contact_add',
  'p_contact_update',
];
const FIVE_YEARS = 1825 * 86_400_000;

interface ContactRow {
  readonly activity: CampaignActivity;
  readonly campaignName: string;
  readonly type: RowType;
  readonly second: number;
}

/** What one contact did, newest first, at most 100 a page; without url, bounce code or device. */
export const activityDetails: Endpoint = (call) => {
  const { request, vendor } = call;
  const position = contactPosition(call);
  const query = effectiveQuery(request);
  const limit = limitOf(query, { fallback: 100, maximum: 100 }, reportInvalid);
  const types = typesOf(query);
  const rows = rowsOfContact(call, position).filter(({ type }) => types.includes(`em_${type}`));
  const left = Math.min(Number(nextOf(query) ?? rows.length), rows.length);
  const start = rows.length - left;
  const named = query.get('include_campaign_activity_names') !== 'false';
  return {
    tracking_activities: rows.slice(start, start + limit).map((row) => ({
      contact_id: request.params['contact_id'],
      campaign_activity_id: row.activity.id,
      created_time: precise(row.second * 1000),
      tracking_activity_type: `em_${row.type}`,
      ...(named ? { campaign_activity_name: row.campaignName } : {}),
    })),
    ...(left > limit ? nextLink(request, query, { limit, next: left - limit }) : vendor.lastPages.links()),
  };
};

export const activitySummary: Endpoint = (call) => {
  const { request, vendor } = call;
  const position = contactPosition(call);
  const rows = within(call, rowsOfContact(call, position));
  const activities = [...new Set(rows.map(({ activity }) => activity))]
    .sort((a, b) => (b.sentAt ?? 0) - (a.sentAt ?? 0))
    .slice(0, 200);
  return {
    contact_id: request.params['contact_id'],
    campaign_activities: activities.map((activity) => {
      const having = (type: RowType): number =>
        rows.filter((row) => row.activity === activity && row.type === type).length;
      return {
        campaign_activity_id: activity.id,
        start_on: precise(activity.sentAt ?? 0),
        em_sends: having('sends'),
        em_opens: having('opens'),
        em_clicks: having('clicks'),
        em_bounces: having('bounces'),
        em_forwards: having('forwards'),
        em_unsubscribes: having('optouts'),
      };
    }),
    ...vendor.lastPages.links(),
  };
};

export const openAndClickRates: Endpoint = (call) => {
  const position = contactPosition(call);
  const rows = within(call, rowsOfContact(call, position), FIVE_YEARS);
  const having = (type: RowType): number =>
    new Set(rows.filter((row) => row.type === type).map(({ activity }) => activity)).size;
  const sent = having('sends');
  return {
    contact_id: call.request.params['contact_id'],
    included_activities_count: sent,
    average_open_rate: sent === 0 ? 0 : having('opens') / sent,
    average_click_rate: sent === 0 ? 0 : having('clicks') / sent,
  };
};

function contactPosition({ view, request }: Call): number {
  const id = request.params['contact_id'] ?? '';
  const position = view.contact(id) === undefined ? undefined : view.positionOf(id);
  if (position === undefined) throw reportNotFound('contact_id');
  return position;
}

function typesOf(query: URLSearchParams): readonly string[] {
  const list = query.get('tracking_activities_list');
  const repeated = query.getAll('tracking_activity_type');
  if ((list === null) === (repeated.length === 0)) {
    throw reportInvalid('one of tracking_activities_list and tracking_activity_type is required.');
  }
  const types = list === null ? repeated : list.split(',');
  if (!types.every((type) => TYPES.includes(type))) throw reportInvalid('unknown tracking activity type.');
  return types;
}

function rowsOfContact({ view }: Call, position: number): ContactRow[] {
  const found: ContactRow[] = [];
  for (const campaign of view.account.campaigns.filter((one) => !isGone(one))) {
    for (const activity of campaign.activities) {
      for (const type of ROW_TYPES) {
        const rows = activity.rows[type];
        for (
          let at = rows.contact.indexOf(position);
          at >= 0 && at < rows.length;
          at = rows.contact.indexOf(position, at + 1)
        ) {
          found.push({ activity, campaignName: campaign.name, type, second: rowAt(rows, at).second });
        }
      }
    }
  }
  return found.sort((a, b) => b.second - a.second);
}

function within({ request }: Call, rows: readonly ContactRow[], longest = Infinity): ContactRow[] {
  const start = dateOf(request.query, 'start', reportInvalid);
  const end = dateOf(request.query, 'end', reportInvalid);
  if (start === undefined || end === undefined) throw reportInvalid('start and end are required.');
  if (end - start > longest) throw reportInvalid('the range is longer than five years.');
  return rows.filter(({ second }) => second * 1000 >= start && second * 1000 <= end);
}
