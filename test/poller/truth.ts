import { type Activity, type Contact, normaliseEmail, type Suppression } from '@portage/records';
import {
  type Account,
  type CampaignActivity,
  type Contact as SourceContact,
  readRows,
  type RowType,
} from '@portage/simulators';

const typeOf = { opens: 'opened', clicks: 'clicked', bounces: 'bounced', optouts: 'opted_out' } as const;
type WantedRows = keyof typeof typeOf;

/** What matters of a contact, in words that both the account and the records can be put into. */
export interface Plain {
  readonly address: string | null;
  readonly permission: string;
  readonly names: string;
  readonly lists: string;
  readonly tags: string;
  readonly fields: number;
  readonly deleted: boolean;
  readonly optedIn: number | null;
  readonly optedOut: number | null;
}

export function contactsOf(account: Account): Map<string, Plain> {
  const tagNames = new Map(account.tags.map(({ id, name }) => [id, name]));
  const present = account.contacts.filter(({ purgedAt }) => purgedAt === undefined);
  return new Map(
    present.map((contact) => [
      contact.id,
      {
        address: contact.email?.address ?? null,
        permission: permissionOf(contact),
        names: [contact.firstName, contact.lastName, contact.jobTitle, contact.companyName].join('|'),
        lists: [...contact.lists].sort().join(),
        tags: [...new Set(contact.tags.map((id) => tagNames.get(id) ?? ''))].sort().join(),
        fields: contact.customFields.length,
        deleted: contact.deletedAt !== undefined,
        optedIn: contact.email?.optInDate ?? null,
        optedOut: contact.email?.permission === 'unsubscribed' ? (contact.email.optOutDate ?? null) : null,
      },
    ]),
  );
}

export function plainOf(contact: Contact): Plain {
  return {
    address: contact.emailAddress,
    permission: contact.permission,
    names: [contact.firstName, contact.lastName, contact.jobTitle, contact.companyName]
      .map((name) => name ?? undefined)
      .join('|'),
    lists: contact.listIds.join(),
    tags: contact.tags.join(),
    fields: contact.customFields.length,
    deleted: contact.deletedAt !== null,
    optedIn: contact.optInAt,
    optedOut: contact.optOutAt,
  };
}

function permissionOf({ email }: SourceContact): string {
  const known = ['explicit', 'implicit', 'not_set', 'pending_confirmation', 'temp_hold', 'unsubscribed'];
  if (email === undefined) return 'not_set';
  return known.includes(email.permission) ? email.permission : 'unknown';
}

/**
 * How often each happening of the wanted types occurs since a moment, among campaigns that can be read; or among those that are gone,
 * of which as much can have been read as they had then.
 */
export function activitiesOf(account: Account, since: number, gone = false): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { mailing, type } of readable(account, gone)) {
    for (const row of readRows(account, mailing, type)) {
      const at = row.second * 1000;
      if (at < since || row.bounceCode === 'V') continue;
      const contact = account.contacts[row.contact]?.id ?? '';
      const key = JSON.stringify([typeOf[type], mailing.id, contact, at, row.urlId ?? null]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

export function countActivities(activities: readonly Activity[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const activity of activities) {
    const key = keyOfActivity(activity);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

export function keyOfActivity({ type, campaignActivityId, contactId, createdAt, urlId }: Activity): string {
  return JSON.stringify([type, campaignActivityId, contactId, createdAt, urlId]);
}

function readable(
  account: Account,
  gone = false,
): { mailing: CampaignActivity; type: WantedRows; campaignId: string }[] {
  const types = Object.keys(typeOf) as WantedRows[];
  return account.campaigns
    .filter(({ vanished, status }) =>
      gone ? vanished === true || status === 'Removed' : vanished !== true && status === 'Done',
    )
    .flatMap(({ id: campaignId, activities }) =>
      activities
        .filter(({ role, sentAt }) => role !== 'permalink' && sentAt !== undefined)
        .flatMap((mailing) => types.map((type) => ({ mailing, type, campaignId }))),
    );
}

interface Trouble {
  readonly type: RowType;
  readonly at: number;
  readonly address: string;
  readonly code: string | undefined;
  readonly campaignId: string;
}

/**
 * Reasons in force by contact, worked out from the account as it is: for an account that nobody has read before. One that was read
 * before a campaign went may have shown signs of life in it: `signsOfGone` takes them for seen.
 */
export function suppressionsOf(account: Account, now: number, signsOfGone = false): Map<string, string[]> {
  const rows = new Map<number, Trouble[]>();
  const gone = readable(account, true).filter(({ type }) => signsOfGone && (type === 'opens' || type === 'clicks'));
  for (const { mailing, type, campaignId } of [...readable(account), ...gone]) {
    for (const row of readRows(account, mailing, type)) {
      const trouble = { type, at: row.second * 1000, address: row.address, code: row.bounceCode, campaignId };
      rows.set(row.contact, [...(rows.get(row.contact) ?? []), trouble]);
    }
  }
  const reasons = new Map<string, string[]>();
  account.contacts.forEach((contact, position) => {
    const found = reasonsFor(contact, rows.get(position) ?? [], now);
    if (found.length > 0) reasons.set(contact.id, [...new Set(found)].sort());
  });
  return reasons;
}

function reasonsFor(contact: SourceContact, rows: readonly Trouble[], now: number): string[] {
  const gone = contact.purgedAt !== undefined;
  const email = gone ? null : normalised(contact.email?.address);
  const permission = gone ? 'gone' : permissionOf(contact);
  const found: string[] = [];
  if (email !== null && permission === 'unsubscribed') found.push(`unsubscribed ${email}`);
  if (email !== null && ['not_set', 'pending_confirmation', 'temp_hold', 'unknown'].includes(permission))
    found.push(`held ${email}`);
  const optIn = permission === 'explicit' ? contact.email?.optInDate : undefined;
  const usable = optIn !== undefined && optIn <= now ? Math.floor(optIn / 1000) * 1000 : -1;
  for (const row of rows.filter(({ type }) => type === 'optouts')) {
    const address = normalised(row.address);
    if (row.at >= usable && address !== null) found.push(`unsubscribed ${address}`);
  }
  if (email === null) return found;
  const lastSign = Math.max(
    -1,
    ...rows.filter(({ type }) => type === 'opens' || type === 'clicks').map(({ at }) => at),
  );
  const bounces = rows.filter(
    ({ type, address, at, code }) =>
      type === 'bounces' && normalised(address) === email && at >= lastSign && code !== 'V',
  );
  if (bounces.some(({ code }) => code === 'B')) found.push(`bounced ${email}`);
  if (bounces.some(({ code }) => code === 'S')) found.push(`suspended ${email}`);
  const soft = new Set(bounces.filter(({ code }) => code !== 'B' && code !== 'S').map(({ campaignId }) => campaignId));
  if (soft.size >= 3) found.push(`bounced ${email}`);
  return found;
}

export function reasonsIn(suppression: Suppression): string[] {
  const active = suppression.entries.filter((entry) => entry.active);
  return [...new Set(active.map((entry) => `${entry.reason} ${entry.address}`))].sort();
}

function normalised(address: string | undefined): string | null {
  const result = normaliseEmail(address);
  return result.ok ? result.email : null;
}
