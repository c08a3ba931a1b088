import { type ContactList } from './account.js';
import { type Campaign, type CampaignActivity, type CampaignStatus } from './campaign.js';
import { ROW_TYPES, type RowType } from './row-codes.js';
import { type Dice } from './dice.js';
import { wholeSecond } from './moment.js';
import { emptyRows, type TrackingRows } from './tracking-rows.js';

const DAY = 86_400_000;

/** Campaigns without rows, oldest first: half of the sent ones in the last 80 days, the others before. */
export function campaignsOf(dice: Dice, count: number, lists: readonly ContactList[], now: number): Campaign[] {
  return Array.from({ length: count }, (_, position) => {
    const daysAgo = ((count - position) / count) * 160;
    const age = daysAgo <= 80 ? daysAgo : 80 + (daysAgo - 80) * 4;
    const sentAt = wholeSecond(now - age * DAY + dice.between(0, DAY / 2));
    const campaign = newCampaign(dice, {
      number: position + 1,
      status: statusOf(position, count),
      sentAt: Math.min(sentAt, now - DAY),
      now,
      lists,
    });
    if (count >= 10 && position === count - 4) campaign.vanished = true;
    return campaign;
  });
}

export interface CampaignPlan {
  readonly number: number;
  readonly status: CampaignStatus;
  readonly sentAt: number;
  readonly now: number;
  readonly lists: readonly ContactList[];
}

/** A campaign with its web copy, for some a resend to those who did not open, for some a second variant. */
export function newCampaign(dice: Dice, plan: CampaignPlan): Campaign {
  const sent = plan.status === 'Done' || plan.status === 'Removed';
  const variants = plan.number % 9 === 5 ? 2 : 1;
  const resend = sent && plan.number % 5 === 2 && plan.sentAt + 3 * DAY <= plan.now;
  const activities = [
    ...Array.from({ length: variants }, () => activity(dice, plan, 'primary_email', sent ? plan.sentAt : undefined)),
    activity(dice, plan, 'permalink', undefined),
    ...(resend ? [activity(dice, plan, 'resend', plan.sentAt + 3 * DAY)] : []),
  ];
  return {
    id: dice.uuid(),
    name: `Letter ${plan.number}`,
    status: plan.status,
    typeCode: variants === 2 ? 57 : 10,
    createdAt: plan.sentAt - 2 * DAY,
    updatedAt: plan.sentAt,
    activities,
  };
}

function activity(
  dice: Dice,
  plan: CampaignPlan,
  role: CampaignActivity['role'],
  sentAt: number | undefined,
): CampaignActivity {
  const rows = Object.fromEntries(ROW_TYPES.map((type) => [type, emptyRows()])) as Record<RowType, TrackingRows>;
  return {
    id: dice.uuid(),
    role,
    subject: dice.pick(['News for you', 'Was gibt’s Neues?', '20% off, "today" only', 'Your invitation']),
    fromName: 'The office',
    fromEmail: 'office@portage-demo.org',
    listIds: dice.sample(plan.lists, 2).map(({ id }) => id),
    ...(sentAt === undefined ? {} : { sentAt }),
    links: Array.from({ length: 4 }, (_, position) => ({
      urlId: String(1_100_000_000 + dice.integer(0, 90_000_000)),
      url: `https://www.portage-demo.org/${plan.number}/${position}?utm_source=news&x=${position}`,
    })),
    rows,
    abuse: sentAt === undefined ? 0 : dice.integer(0, 2),
  };
}

function statusOf(position: number, count: number): CampaignStatus {
  if (count < 8) return 'Done';
  if (position === count - 1) return 'Draft';
  if (position === count - 6) return 'Removed';
  if (position === Math.floor(count / 2)) return 'Error';
  return position % 11 === 6 ? 'Draft' : 'Done';
}
