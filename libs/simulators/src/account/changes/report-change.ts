import { type Account } from '../account.js';
import { AddressBook } from '../address-book.js';
import { type CampaignActivity } from '../campaign.js';
import { appendRow, bounceDetail, deviceDetail, type TrackingRows } from '../tracking-rows.js';
import { type Engage } from './change.js';

/** Adds a row to a report, at the contact's present address. */
export function addRow(account: Account, change: Engage, second: number): void {
  const rows = activityOf(account, change.activityId).rows[change.type];
  append(account, rows, change.contactId, second, detailOf(change));
}

export function addOptOutRow(account: Account, activityId: string, contactId: string, second: number): void {
  append(account, activityOf(account, activityId).rows.optouts, contactId, second, 0);
}

function append(account: Account, rows: TrackingRows, contactId: string, second: number, detail: number): void {
  const contact = account.contacts.findIndex(({ id }) => id === contactId);
  const address = account.contacts[contact]?.email?.address;
  if (address === undefined) throw new RangeError(`no contact ${contactId} with an address`);
  // Rows are kept in order even if a test's clock went back.
  const newest = rows.length === 0 ? 0 : (rows.second[rows.length - 1] as number);
  const position = new AddressBook(account).position(address);
  appendRow(rows, { contact, second: Math.max(second, newest), address: position, detail });
}

function detailOf({ type, device, link, code }: Engage): number {
  switch (type) {
    case 'opens':
    case 'clicks':
      return deviceDetail(device ?? 'none', link);
    case 'bounces':
      return bounceDetail(code ?? 'B');
    default:
      return 0;
  }
}

function activityOf(account: Account, id: string): CampaignActivity {
  for (const { activities } of account.campaigns) {
    const activity = activities.find((one) => one.id === id);
    if (activity !== undefined) return activity;
  }
  throw new RangeError(`no campaign activity ${id}`);
}
