import { type Account } from './account.js';
import { campaignsOf } from './campaigns.js';
import { lastSentAt } from './campaign.js';
import { customFields } from './custom-values.js';
import { Dice } from './dice.js';
import { Engagement } from './engagement.js';
import { contactLists, contactTags, openLists } from './lists.js';
import { wholeSecond } from './moment.js';
import { person, type Surroundings } from './people.js';

const DAY = 86_400_000;

/** What a person of the role Account Manager may do, as far as reading goes. */
const MANAGER_PRIVILEGES = [
  'account:read',
  'campaign:read',
  'contacts:read',
  'contacts:lists:read',
  'ui:campaign:metrics',
];

export interface GenerateOptions {
  readonly seed: number;
  readonly contacts?: number;
  readonly lists?: number;
  readonly campaigns?: number;
  /** Custom fields; all nine types come first. */
  readonly customFields?: number;
  /** Tracking rows of all types together, roughly; default three per contact and ten campaigns. */
  readonly trackingRows?: number;
  /** Pairs of contacts whose addresses differ in casing only. */
  readonly sharedAddresses?: number;
  /** The present moment, ms; nothing but odd opt-in dates lies after it. */
  readonly now?: number;
}

/** A messy account as years of use leave it. The same options give the same account. */
export function generateAccount(options: GenerateOptions): Account {
  const dice = new Dice(options.seed);
  const now = wholeSecond(options.now ?? Date.now());
  const span = { since: now - 1500 * DAY, now };
  const count = options.contacts ?? 1000;
  const campaigns = options.campaigns ?? 10;
  const lists = contactLists(dice, options.lists ?? 10, span.since, now);
  const account: Account = {
    id: `a07e${dice.hex()}`,
    organizationName: 'Harbour Arts Society',
    contactEmail: 'owner@portage-demo.org',
    firstName: 'Olga',
    lastName: 'Owner',
    countryCode: 'US',
    stateCode: 'MA',
    timeZone: 'US/Eastern',
    website: 'https://www.portage-demo.org',
    privileges: [...MANAGER_PRIVILEGES],
    lists,
    tags: contactTags(dice, span.since),
    customFields: customFields(dice, options.customFields ?? 56, span.since),
    contacts: [],
    addresses: [],
    campaigns: campaignsOf(dice, campaigns, openLists(lists), now),
  };
  const around = surroundings(account);
  for (let number = 1; number <= count; number += 1) account.contacts.push(person(dice, around, number, span));
  shareAddresses(dice, account, options.sharedAddresses ?? 0);
  purgeSome(dice, account, now);
  sendAll(dice, account, options.trackingRows ?? count * campaigns * 0.3, now);
  return account;
}

export function surroundings(account: Account): Surroundings {
  return {
    lists: openLists(account.lists),
    smsList: account.lists.find(({ channel }) => channel === 'sms'),
    tags: account.tags,
    customFields: account.customFields,
  };
}

function shareAddresses(dice: Dice, account: Account, pairs: number): void {
  for (let pair = 0; pair < pairs; pair += 1) {
    const [one, other] = dice.sample(account.contacts, 2);
    if (one?.email === undefined || other?.email === undefined) continue;
    const upper = one.email.address.toUpperCase();
    if (upper !== one.email.address) other.email.address = upper;
  }
}

function purgeSome(dice: Dice, account: Account, now: number): void {
  for (const contact of account.contacts) {
    if (contact.deletedAt !== undefined && dice.chance(0.05)) {
      contact.purgedAt = wholeSecond(dice.between(contact.deletedAt, now));
    }
  }
}

function sendAll(dice: Dice, account: Account, rows: number, now: number): void {
  const ordered = [...account.campaigns].sort((a, b) => (lastSentAt(a) ?? 0) - (lastSentAt(b) ?? 0));
  const activities = ordered
    .flatMap(({ activities: all }) => all)
    .filter(({ sentAt }) => sentAt !== undefined)
    .sort((a, b) => (a.sentAt ?? 0) - (b.sentAt ?? 0));
  // A mailing leaves some 1.7 rows: the sending, opens of two in five, and the rest.
  const share = Math.min(1, rows / 1.7 / Math.max(1, activities.length * account.contacts.length * 0.73));
  const engagement = new Engagement(account, dice);
  activities.forEach((activity, position) => {
    engagement.mail(activity, share, { nextSent: activities[position + 1]?.sentAt ?? now, now });
  });
}
