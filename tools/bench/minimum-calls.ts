import { type Account, type RowType } from '@portage/simulators';

/** Rows that a call brings of everything but mailings' counts. */
const PER_CALL = 500;
/** Whole whatever their age; the others only as far back as history is carried over. */
const safety: readonly RowType[] = ['bounces', 'optouts'];
const engagement: readonly RowType[] = ['opens', 'clicks'];

/**
 * The calls without which an account cannot be read at all: every page of lists, contacts and campaigns, each campaign and mailing
 * once, every page of reports that hold something. Custom fields and tags take one call each.
 *
 * @param since  engagement before it (ms) is of no interest, but that takes a look
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
  const reports = mailings.flatMap(({ rows }) => [
    ...safety.map((type) => pages(rows[type].length)),
    ...engagement.map((type) => looks(rows[type], since)),
  ]);
  return (
    pages(account.lists.length) +
    2 +
    pages(contacts) +
    pages(campaigns.length) +
    campaigns.length +
    mailings.length +
    reports.reduce((sum, calls) => sum + calls, 0)
  );
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
