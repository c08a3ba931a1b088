import { isGone } from '../../account/campaign.js';
import { linkOf, rowAt } from '../../account/tracking-rows.js';
import { reportNotFound } from '../errors.js';
import { flagOf } from '../query.js';
import { type Endpoint } from '../vendor.js';

export const activityLinks: Endpoint = ({ view, request }) => {
  const found = view.activity(request.params['campaign_activity_id'] ?? '');
  if (found === undefined || isGone(found.campaign)) throw reportNotFound('campaign_activity_id');
  const { links, rows, id } = found.activity;
  const clickers = links.map(() => new Set<number>());
  for (let at = 0; at < rows.clicks.length; at += 1) {
    const { detail, contact } = rowAt(rows.clicks, at);
    clickers[linkOf(detail)]?.add(contact);
  }
  return {
    campaign_activity_id: id,
    link_click_counts: links.map(({ url, urlId }, position) => ({
      link_url: url,
      url_id: urlId,
      ...(flagOf(request.query, 'no_clicks') ? {} : { unique_clicks: clickers[position]?.size ?? 0 }),
    })),
  };
};
