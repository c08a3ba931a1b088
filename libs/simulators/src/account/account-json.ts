import { type Account } from './account.js';
import { ROW_TYPES, type RowType } from './row-codes.js';
import { type TrackingRows } from './tracking-rows.js';

interface JsonRows {
  readonly contact: number[];
  readonly second: number[];
  readonly address: number[];
  readonly detail: number[];
}

/** The account as JSON takes it: columns as plain lists. */
export function accountToJson(account: Account): unknown {
  return {
    ...account,
    campaigns: account.campaigns.map((campaign) => ({
      ...campaign,
      activities: campaign.activities.map((activity) => ({
        ...activity,
        rows: perType((type) => listsOf(activity.rows[type])),
      })),
    })),
  };
}

export function accountFromJson(json: unknown): Account {
  const account = json as Account;
  for (const { activities } of account.campaigns) {
    for (const activity of activities) {
      const given = activity.rows as unknown as Record<RowType, JsonRows>;
      Object.assign(activity, { rows: perType((type) => columnsOf(given[type])) });
    }
  }
  return account;
}

function listsOf({ length, ...columns }: TrackingRows): JsonRows {
  const list = (column: Uint32Array | Uint16Array): number[] => Array.from(column.subarray(0, length));
  return {
    contact: list(columns.contact),
    second: list(columns.second),
    address: list(columns.address),
    detail: list(columns.detail),
  };
}

function columnsOf(rows: JsonRows): TrackingRows {
  return {
    length: rows.contact.length,
    contact: Uint32Array.from(rows.contact),
    second: Uint32Array.from(rows.second),
    address: Uint32Array.from(rows.address),
    detail: Uint16Array.from(rows.detail),
  };
}

function perType<T>(valueOf: (type: RowType) => T): Record<RowType, T> {
  return Object.fromEntries(ROW_TYPES.map((type) => [type, valueOf(type)])) as Record<RowType, T>;
}
