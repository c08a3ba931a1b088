import { type Account, type CampaignActivity, readRows, type RowType } from '@portage/simulators';

/** Rows that a call brings of everything but mailings' counts. */
const PER_CALL = 500;
/** Whole whatever their age; the others only as far back as history is carried over. */
const safety: readonly RowType[] = ['bounces', 'optouts'];
const engagement: readonly RowType[] = ['opens', 'clicks'];

/**
 * The calls without which an account cannot be read at all: every page of lists, contacts and campaigns, each campaign and mailing
 * once, every page of reports that hold something. Custom fields and tags take one call each. Whether somebody whom bounces could
 * suppress has opened since must be looked for: in reports that go back as far, or person by person, whichever takes fewer.
 *
 * @param since  engagement before it (ms) is of no interest otherwise, but that takes a look
 */
export function minimumCalls(account: Account, since: number): number {
  const contacts = account.contacts.filter(({ purgedAt }) => purgedAt === undefined).length;
  const campaigns = account.campaigns.filter(
    ({ status, activities }) => status === 'Done' && activities.some(({ sentAt }) => sentAt !== undefined),
  );
  // Of one that vanished that much is all that can be learned.
  const mailings = campaigns
    .filter(({ vanished }) => vanished !== true)
    .flatMap(({ activities }) => activities.filter(({ role, sentAt }) => role !== 'permalink' && sentAt !== undefined));
  const safe = sum(mailings.flatMap(({ rows }) => safety.map((type) => pages(rows[type].length))));
  const engaged = (from: number) =>
    sum(mailings.flatMap(({ rows }) => engagement.map((type) => looks(rows[type], from))));
  const suspects = suspectsOf(account, mailings);
  const signs = Math.min(engaged(Math.min(since, ...suspects.values())), engaged(since) + suspects.size);
  return (
    pages(account.lists.length) +
    2 +
    pages(contacts) +
    pages(campaigns.length) +
    campaigns.length +
    mailings.length +
    safe +
    signs
  );
}

/** People whom bounces could suppress, by their first one (ms): with a hard one, or soft ones of three campaigns. */
function suspectsOf(account: Account, mailings: readonly CampaignActivity[]): Map<number, number> {
  const campaignOf = new Map(account.campaigns.flatMap(({ id, activities }) => activities.map((one) => [one.id, id])));
  const bounces = mailings
    .flatMap((mailing) => readRows(account, mailing, 'bounces').map((row) => ({ ...row, mailing: mailing.id })))
    .filter(({ bounceCode }) => bounceCode !== 'V');
  const suspicious = [...Map.groupBy(bounces, ({ contact }) => contact)].filter(
    ([, rows]) =>
      rows.some(({ bounceCode }) => bounceCode === 'B' || bounceCode === 'S') ||
      new Set(rows.map(({ mailing }) => campaignOf.get(mailing))).size >= 3,
  );
  return new Map(suspicious.map(([contact, rows]) => [contact, Math.min(...rows.map(({ second }) => second)) * 1000]));
}

function sum(calls: readonly number[]): number {
  return calls.reduce((all, some) => all + some, 0);
}

function looks(rows: Account['campaigns'][number]['activities'][number]['rows'][RowType], since: number): number {
  if (rows.length === 0) return 0;
  let recent = 0;
  for (let at = 0; at < rows.length; at += 1) if ((rows.second[at] as number) * 1000 >= since) recent += 1;
  return Math.max(1, pages(recent));
}

function pages(rows: number): number {
  return Math.ceil(rows / PER_CALL);
}
