import { isGone } from '../../account/campaign.js';
import { reportInvalid, reportNotFound } from '../errors.js';
import { type Endpoint } from '../vendor.js';
import { precise } from '../wire/moments.js';
import { statisticsJson, sumOf } from '../wire/statistics.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Up to ten activities; unknown or unsent ones are listed as errors or make the whole call a 404, as a malformed id always does. */
export const activityStatistics: Endpoint = ({ view, request, vendor, now }) => {
  const ids = (request.params['campaign_activity_ids'] ?? '').split(',');
  if (ids.length > 10) throw reportInvalid('at most 10 campaign_activity_ids.');
  if (!ids.every((id) => UUID.test(id))) throw reportNotFound('campaign_activity_ids');
  const found = ids.map((id) => ({ id, entry: view.activity(id) }));
  const present = found.filter(({ entry }) => entry?.activity.sentAt !== undefined && !isGone(entry.campaign));
  const absent = found.filter((one) => !present.includes(one));
  if (absent.length > 0 && vendor.statisticsErrors() === 'whole') throw reportNotFound('campaign_activity_ids');
  const keys = vendor.statisticsKeys();
  return {
    results: present.map(({ id, entry }) => ({
      campaign_id: entry?.campaign.id,
      campaign_activity_id: id,
      stats: entry === undefined ? {} : statisticsJson(vendor.statistics.of(entry.activity, now), keys),
      last_refresh_time: precise(vendor.statistics.refreshedAt(now)),
    })),
    errors: absent.map(({ id }) => ({
      error_key: 'reportingsvc.not_found.invalid_path_param.campaign_activity_ids',
      error_message: `Could not find any stats for campaign activity ${id}.`,
    })),
  };
};

/** One unknown or malformed id makes the whole call a 404. */
export const campaignStatistics: Endpoint = ({ view, request, vendor, now }) => {
  const ids = (request.params['campaign_ids'] ?? '').split(',');
  if (ids.length > 150) throw reportInvalid('at most 150 campaign_ids.');
  const campaigns = ids.map((id) => view.campaign(id));
  if (campaigns.some((campaign) => campaign === undefined || isGone(campaign))) {
    throw reportNotFound('campaign_ids');
  }
  const keys = vendor.statisticsKeys();
  return {
    results: campaigns.map((campaign) => {
      const counts = (campaign?.activities ?? []).map((activity) => vendor.statistics.of(activity, now));
      const stats = sumOf(counts.map((one) => statisticsJson(one, keys)));
      const sends = Math.max(1, stats['em_sends'] ?? 0);
      const percent = (name: string): number => Math.round((1000 * (stats[name] ?? 0)) / sends) / 10;
      return {
        campaign_id: campaign?.id,
        stats: Object.fromEntries(Object.entries(stats).filter(([name]) => !/^em_(abuse$|bounces[._])/.test(name))),
        percents: {
          open: percent('em_opens'),
          click: percent('em_clicks'),
          bounce: percent('em_bounces'),
          unsubscribe: percent('em_optouts'),
          did_not_open: percent('em_not_opened'),
        },
        last_refresh_time: precise(vendor.statistics.refreshedAt(now)),
      };
    }),
    errors: [],
  };
};
