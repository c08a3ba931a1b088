import { type Account } from '../account.js';
import { newCampaign } from '../campaigns.js';
import { Dice } from '../dice.js';
import { Engagement } from '../engagement.js';
import { openLists } from '../lists.js';
import { secondOf, wholeSecond } from '../moment.js';
import { type Change } from './change.js';
import { applyContactChange } from './contact-change.js';
import { addRow } from './report-change.js';

const HOUR = 3_600_000;

const revisions = new WeakMap<Account, number>();

/** Another number after each change of the account. */
export function revisionOf(account: Account): number {
  return revisions.get(account) ?? 0;
}

/** Carries the change out at that moment (ms). Naming what does not exist is the caller's mistake and throws. */
export function applyChange(account: Account, change: Change, now: number): void {
  revisions.set(account, revisionOf(account) + 1);
  const moment = wholeSecond(now);
  switch (change.kind) {
    case 'create_list':
      account.lists.push({
        id: change.listId,
        name: change.name,
        channel: 'email',
        favorite: false,
        createdAt: moment,
        updatedAt: moment,
      });
      return;
    case 'rename_list':
      Object.assign(listOf(account, change.listId), { name: change.name, updatedAt: moment });
      return;
    case 'delete_list':
      Object.assign(listOf(account, change.listId), { deletedAt: moment });
      // The members stay in the account, and no date of theirs moves.
      for (const contact of account.contacts) contact.lists = contact.lists.filter((id) => id !== change.listId);
      return;
    case 'send_campaign':
      sendCampaign(account, new Dice(change.seed), change.share, moment);
      return;
    case 'remove_campaign': {
      const campaign = account.campaigns.find(({ id }) => id === change.campaignId);
      if (campaign === undefined) throw new RangeError(`no campaign ${change.campaignId}`);
      Object.assign(campaign, { status: 'Removed', updatedAt: moment });
      return;
    }
    case 'engage':
      for (let times = change.times ?? 1; times > 0; times -= 1) addRow(account, change, secondOf(now));
      return;
    default:
      applyContactChange(account, change, moment);
  }
}

/** A campaign that went out two hours ago, with what happened since. */
function sendCampaign(account: Account, dice: Dice, share: number, now: number): void {
  const campaign = newCampaign(dice, {
    number: account.campaigns.length + 1,
    status: 'Done',
    sentAt: now - 2 * HOUR,
    now,
    lists: openLists(account.lists),
  });
  account.campaigns.push(campaign);
  const engagement = new Engagement(account, dice);
  for (const activity of campaign.activities) engagement.mail(activity, share, { nextSent: now, now });
}

function listOf(account: Account, id: string): Account['lists'][number] {
  const list = account.lists.find((one) => one.id === id);
  if (list === undefined) throw new RangeError(`no list ${id}`);
  return list;
}
