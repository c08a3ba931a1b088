import { type Account } from './account.js';
import { AddressBook } from './address-book.js';
import { type CampaignActivity } from './campaign.js';
import { DEVICES, ROW_TYPES, type RowType } from './row-codes.js';
import { type Contact, type ContactEmail } from './contact.js';
import { type Dice } from './dice.js';
import { bounceOf, type Fate, fateOf, mustBeMailed } from './fate.js';
import { optInIn, secondOf } from './moment.js';
import { bounceDetail, deviceDetail, rowsFrom, type TrackingRow } from './tracking-rows.js';

const DAY = 86_400;

type AddRow = (type: RowType, second: number, detail?: number) => void;

interface Mailing {
  readonly activity: CampaignActivity;
  /** Seconds since 1970. */
  readonly sent: number;
  /** Rows happen up to here. */
  readonly end: number;
  readonly rows: Record<RowType, TrackingRow[]>;
}

/** Sends the account's mailings in order of time and records what people did; remembers each contact's fate between them. */
export class Engagement {
  private readonly fates: Fate[] = [];
  private readonly rounds: number[] = [];
  private readonly book: AddressBook;

  constructor(
    private readonly account: Account,
    private readonly dice: Dice,
  ) {
    this.book = new AddressBook(account);
  }

  /** Mails a share of those who could be mailed at that time; `nextSent` bounds opt-outs, `now` bounds everything (ms). */
  mail(activity: CampaignActivity, share: number, times: { nextSent: number; now: number }): void {
    if (activity.sentAt === undefined) return;
    const rows = Object.fromEntries(ROW_TYPES.map((type): [RowType, TrackingRow[]] => [type, []]));
    const mailing: Mailing = {
      activity,
      sent: secondOf(activity.sentAt),
      end: secondOf(times.now),
      rows: rows as Mailing['rows'],
    };
    const seen = this.openersToLeaveOut(activity);
    this.account.contacts.forEach((contact, position) => {
      if (seen?.has(position)) return;
      const fate = (this.fates[position] ??= fateOf(this.dice));
      if (!this.dice.chance(mustBeMailed(fate) ? Math.max(share, 0.5) : share)) return;
      if (couldBeMailed(contact, activity.sentAt ?? 0)) this.deliver(mailing, contact, position, fate);
      this.leave(mailing, contact, position, times);
    });
    for (const type of ROW_TYPES) activity.rows[type] = rowsFrom(rows[type] as TrackingRow[]);
  }

  private deliver(mailing: Mailing, contact: Contact, position: number, fate: Fate): void {
    const { dice } = this;
    const address = this.book.positionAt(position, mailing.sent * 1000);
    if (address === undefined) return;
    const round = this.rounds[position] ?? 0;
    this.rounds[position] = round + 1;
    const add: AddRow = (type, second, detail = 0) => {
      if (second <= mailing.end) mailing.rows[type].push({ contact: position, second, address, detail });
    };
    add('sends', mailing.sent + dice.integer(0, 900));
    const code = bounceOf(dice, fate, round);
    if (code !== undefined) add('bounces', mailing.sent + dice.integer(900, 7200), bounceDetail(code));
    if (code !== undefined && code !== 'V') return;
    const opened = mailing.sent + Math.floor(1000 - Math.log(1 - dice.next()) * 0.7 * DAY);
    if (fate === 'lifted' || fate === 'thrice_alive' || dice.chance(0.42)) this.open(add, mailing, opened);
    if (dice.chance(0.004)) add('forwards', opened + 60);
    if (contact.email?.permission !== 'explicit') return;
    if (fate === 'left_again') this.leaveUnnoticed(add, mailing, contact.email, opened);
    if (fate === 'came_back') this.comeBack(add, mailing, contact.email, opened);
    // Once is enough: the contact's later mailings are ordinary.
    if (fate === 'left_again' || fate === 'came_back') this.fates[position] = 'well';
  }

  private open(add: AddRow, mailing: Mailing, first: number): void {
    const { dice } = this;
    const device = dice.pick(DEVICES);
    add('opens', first, deviceDetail(device));
    // Twice in one second, as image proxies do it: nothing tells the rows apart, or only the device.
    if (dice.chance(0.02)) add('opens', first, deviceDetail(dice.chance(0.6) ? device : dice.pick(DEVICES)));
    if (dice.chance(0.25)) add('opens', first + dice.integer(60, 4 * DAY), deviceDetail(dice.pick(DEVICES)));
    if (!dice.chance(0.13)) return;
    const link = dice.integer(0, mailing.activity.links.length - 1);
    add('clicks', first + dice.integer(2, 90), deviceDetail(device, link));
    if (dice.chance(0.05)) add('clicks', first + dice.integer(91, 600), deviceDetail(device, link));
  }

  /** The row of an unsubscribe that the contact shows too, in the mailing it followed. */
  private leave(mailing: Mailing, contact: Contact, position: number, times: { nextSent: number; now: number }): void {
    const { email } = contact;
    if (email?.permission !== 'unsubscribed' || email.optOutSource !== 'Contact' || email.optOutDate === undefined)
      return;
    const time = email.optOutDate;
    if (time < mailing.sent * 1000 || time >= Math.min(times.nextSent, times.now)) return;
    const address = this.book.positionAt(position, time);
    if (address === undefined) return;
    const row = { contact: position, second: secondOf(time), address };
    mailing.rows.optouts.push({ ...row, detail: this.dice.chance(0.3) ? this.dice.integer(1, 4) : 0 });
  }

  /** Unsubscribed by a link, though the permission still reads explicit and its date is not newer. */
  private leaveUnnoticed(add: AddRow, mailing: Mailing, email: ContactEmail, second: number): void {
    if ((email.optInDate ?? 0) >= second * 1000) return;
    add('optouts', second + 300, this.dice.integer(0, 4));
    // Opted in and out within one second: the row's date has no fraction, so it looks older.
    if (second % 4 === 0 && second + 300 < mailing.end) email.optInDate = (second + 300) * 1000 + 108;
  }

  /** Unsubscribed by a link once, and opted in again later: the newer date wins. */
  private comeBack(add: AddRow, mailing: Mailing, email: ContactEmail, second: number): void {
    const again = optInIn((second + 20 * DAY) * 1000);
    if (again > mailing.end * 1000) return;
    add('optouts', second + 300);
    email.optInDate = again;
    email.optInSource = 'Contact';
    email.updatedAt = Math.max(email.updatedAt, again);
  }

  private openersToLeaveOut(activity: CampaignActivity): Set<number> | undefined {
    if (activity.role !== 'resend') return undefined;
    const campaign = this.account.campaigns.find(({ activities }) => activities.includes(activity));
    const openers = new Set<number>();
    for (const { role, rows } of campaign?.activities ?? []) {
      if (role === 'primary_email') rows.opens.contact.slice(0, rows.opens.length).forEach((one) => openers.add(one));
    }
    return openers;
  }
}

/** Whether the contact could be mailed at that time, as far as its present state tells. */
function couldBeMailed(contact: Contact, time: number): boolean {
  const { email } = contact;
  if (email === undefined || contact.createdAt > time) return false;
  if ((contact.deletedAt ?? Infinity) <= time || (contact.purgedAt ?? Infinity) <= time) return false;
  if (email.permission === 'unsubscribed') return (email.optOutDate ?? contact.createdAt) > time;
  return email.permission === 'explicit' || email.permission === 'implicit';
}
