import { type Account } from './account.js';
import { type CampaignActivity } from './campaign.js';
import { type BounceCode, type Device, type RowType } from './row-codes.js';
import { bounceCodeOf, deviceOf, linkOf, reasonOf, rowAt } from './tracking-rows.js';

/** A row of a report with its codes spelt out. */
export interface ReportRow {
  /** Position in `Account.contacts`. */
  readonly contact: number;
  readonly second: number;
  /** Where the mail went. */
  readonly address: string;
  readonly device?: Device;
  readonly url?: string;
  readonly urlId?: string;
  readonly bounceCode?: BounceCode;
  readonly optOutReason?: string;
}

/** Rows from a position on, oldest first. */
export function readRows(account: Account, activity: CampaignActivity, type: RowType, from = 0): ReportRow[] {
  const rows = activity.rows[type];
  return Array.from({ length: Math.max(0, rows.length - from) }, (_, at) => {
    const { contact, second, address, detail } = rowAt(rows, from + at);
    return {
      contact,
      second,
      address: account.addresses[address] ?? '',
      ...(type === 'bounces' ? { bounceCode: bounceCodeOf(detail) } : {}),
      ...(type === 'optouts' && reasonOf(detail) !== undefined ? { optOutReason: reasonOf(detail) as string } : {}),
      ...(type === 'opens' || type === 'clicks' ? deviceOrNone(detail) : {}),
      ...(type === 'clicks' ? linkDetails(activity, detail) : {}),
    };
  });
}

function deviceOrNone(detail: number): { device?: Device } {
  const device = deviceOf(detail);
  return device === 'none' ? {} : { device };
}

function linkDetails(activity: CampaignActivity, detail: number): { url?: string; urlId?: string } {
  const link = activity.links[linkOf(detail)];
  return link === undefined ? {} : { url: link.url, urlId: link.urlId };
}
