import { type Campaign } from '../../account/index.js';
import { lastSentAt } from '../../account/campaign.js';
import { reportInvalid } from '../errors.js';
import { effectiveQuery, nextLink, nextOf } from '../paging.js';
import { limitOf } from '../query.js';
import { type Call, type Endpoint } from '../vendor.js';
import { precise } from '../wire/moments.js';

/** Sent campaigns, the last sent first, with counts of different people as quoted numbers; continued by `next`, not `cursor`. */
export const campaignSummaries: Endpoint = (call) => {
  const query = effectiveQuery(call.request, 'next');
  const limit = limitOf(query, { fallback: 50, maximum: 500 }, reportInvalid);
  const sent = call.view.account.campaigns
    .filter((campaign) => campaign.status === 'Done' && lastSentAt(campaign) !== undefined)
    .sort((a, b) => (lastSentAt(b) ?? 0) - (lastSentAt(a) ?? 0) || (a.id < b.id ? -1 : 1));
  const next = call.request.query.has('next') ? nextOf(query) : undefined;
  const start = next === undefined ? 0 : sent.findIndex(({ id }) => id === next);
  if (start < 0) throw reportInvalid('next is not valid.');
  const following = sent[start + limit];
  const percents = { click: 4.1, open: 38.2, did_not_open: 59.4, bounce: 2.1, unsubscribe: 0.3 };
  return {
    bulk_email_campaign_summaries: sent.slice(start, start + limit).map((campaign) => summary(call, campaign)),
    // An object in the description, an array in the guide.
    aggregate_percents: start === 0 ? percents : [percents],
    ...(following === undefined
      ? call.vendor.lastPages.links()
      : nextLink(call.request, query, { limit, next: following.id, parameter: 'next' })),
  };
};

function summary({ vendor, now }: Call, campaign: Campaign): Record<string, unknown> {
  const counts = campaign.activities.map((activity) => vendor.statistics.of(activity, now));
  const sum = (valueOf: (one: (typeof counts)[number]) => number): string =>
    String(counts.reduce((total, one) => total + valueOf(one), 0));
  return {
    campaign_id: campaign.id,
    campaign_type: campaign.typeCode === 57 ? 'ABTest' : 'Newsletter',
    last_sent_date: precise(lastSentAt(campaign) ?? 0),
    unique_counts: {
      sends: sum(({ unique }) => unique.sends),
      opens: sum(({ unique }) => unique.opens),
      clicks: sum(({ unique }) => unique.clicks),
      forwards: sum(({ unique }) => unique.forwards),
      optouts: sum(({ unique }) => unique.optouts),
      abuse: sum(({ abuse }) => abuse),
      bounces: sum(({ unique }) => unique.bounces),
      not_opened: sum(({ notOpened }) => notOpened),
    },
  };
}
