import { PARTS } from './wire/contact.js';

/** One kind of call: `name` (the path with placeholders) is what calls are counted by, `path` is what is asked for. */
export interface Endpoint {
  readonly name: string;
  readonly path: string;
}

export const REPORTS = ['sends', 'opens', 'clicks', 'bounces', 'optouts', 'forwards'] as const;
/** One of the tracking reports of a mailing. `unique_opens` and `didnotopens` follow from the others. */
export type Report = (typeof REPORTS)[number];

/** Both hold for every contact page: what the vendor includes nobody gets unless asked for, and deleted people count. */
const everybody = {
  status: 'all',
  include: PARTS.join(','),
  limit: '500',
};

/** A window of `GET /contacts`. Unknown parameters are ignored by the vendor without a word, so their names live here only. */
export interface ContactsWindow {
  readonly createdBefore?: number;
  readonly updatedAfter?: number;
  readonly optoutAfter?: number;
  /** Members of any of these lists; see `LISTS_PER_CALL`. */
  readonly lists?: readonly string[];
}

/** The vendor takes at most this many lists in one window. */
export const LISTS_PER_CALL = 25;

export function contacts(window: ContactsWindow): Endpoint {
  return {
    name: '/contacts',
    path: withQuery('/v3/contacts', {
      ...everybody,
      include_count: 'true',
      created_before: isoOf(window.createdBefore),
      updated_after: isoOf(window.updatedAfter),
      optout_after: isoOf(window.optoutAfter),
      lists: window.lists?.join(','),
    }),
  };
}

/** A next link that says once more what its walk includes: it is not documented whether links keep that. */
export function withIncludes(link: string): string {
  return `${link}${link.includes('?') ? '&' : '?'}include=${encodeURIComponent(everybody.include)}`;
}

/** One contact, to look twice at somebody whom a walk did not find. */
export function contact(contactId: string): Endpoint {
  return {
    name: '/contacts/{id}',
    path: withQuery(`/v3/contacts/${encodeURIComponent(contactId)}`, { include: everybody.include }),
  };
}

export function contactsCount(): Endpoint {
  return {
    name: '/contacts',
    path: withQuery('/v3/contacts', { status: 'all', limit: '1', include_count: 'true' }),
  };
}

export function lists(): Endpoint {
  return {
    name: '/contact_lists',
    path: withQuery('/v3/contact_lists', {
      status: 'all',
      limit: '500',
      include_count: 'true',
      include_membership_count: 'all',
    }),
  };
}

export function list(listId: string): Endpoint {
  return {
    name: '/contact_lists/{id}',
    path: withQuery(`/v3/contact_lists/${encodeURIComponent(listId)}`, { include_membership_count: 'all' }),
  };
}

export function listsCount(): Endpoint {
  return {
    name: '/contact_lists',
    path: withQuery('/v3/contact_lists', { status: 'all', limit: '1', include_count: 'true' }),
  };
}

export function customFields(): Endpoint {
  return { name: '/contact_custom_fields', path: withQuery('/v3/contact_custom_fields', { limit: '100' }) };
}

export function tags(): Endpoint {
  return { name: '/contact_tags', path: withQuery('/v3/contact_tags', { limit: '500' }) };
}

/** Sent campaigns, newest first. */
export function campaignSummaries(): Endpoint {
  return {
    name: '/reports/summary_reports/email_campaign_summaries',
    path: withQuery('/v3/reports/summary_reports/email_campaign_summaries', { limit: '500' }),
  };
}

export function campaign(campaignId: string): Endpoint {
  return { name: '/emails/{id}', path: `/v3/emails/${encodeURIComponent(campaignId)}` };
}

export function campaignActivity(activityId: string): Endpoint {
  return { name: '/emails/activities/{id}', path: `/v3/emails/activities/${encodeURIComponent(activityId)}` };
}

/** The vendor takes at most this many mailings in one stats call. */
export const STATS_PER_CALL = 10;

export function activityStats(activityIds: readonly string[]): Endpoint {
  return {
    name: '/reports/stats/email_campaign_activities/{ids}',
    path: `/v3/reports/stats/email_campaign_activities/${activityIds.map(encodeURIComponent).join(',')}`,
  };
}

export const ROWS_PER_PAGE = 500;

/** Newest rows first; there is no date filter. */
export function tracking(activityId: string, report: Report): Endpoint {
  return {
    name: `/reports/email_reports/{id}/tracking/${report}`,
    path: withQuery(`/v3/reports/email_reports/${encodeURIComponent(activityId)}/tracking/${report}`, {
      limit: String(ROWS_PER_PAGE),
    }),
  };
}

/** What one contact did, newest first; rows name type, time and mailing, but neither link nor device. */
export function contactActivity(contactId: string, reports: readonly Report[]): Endpoint {
  return {
    name: '/reports/contact_reports/{id}/activity_details',
    path: withQuery(`/v3/reports/contact_reports/${encodeURIComponent(contactId)}/activity_details`, {
      tracking_activities_list: reports.map((report) => `em_${report}`).join(','),
      include_campaign_activity_names: 'false',
      limit: '100',
    }),
  };
}

/** The vendor keeps whole seconds. */
function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function withQuery(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return `${path}?${query.toString()}`;
}
