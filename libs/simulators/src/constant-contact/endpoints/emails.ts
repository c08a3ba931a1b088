import { isGone } from '../../account/campaign.js';
import { type Campaign } from '../../account/index.js';
import { notFound } from '../errors.js';
import { dateOf } from '../query.js';
import { type Endpoint } from '../vendor.js';
import { precise } from '../wire/moments.js';
import { keyedPage } from './keyed-page.js';

/** Every campaign, drafts and removed ones included, the last changed first; `after_date` looks at the change, not the sending. */
export const emailCampaigns: Endpoint = (call) => {
  const { shown, links } = keyedPage(
    call,
    (query) => {
      const after = dateOf(query, 'after_date') ?? -Infinity;
      const before = dateOf(query, 'before_date') ?? Infinity;
      return call.view.account.campaigns
        .filter(({ updatedAt }) => updatedAt > after && updatedAt < before)
        .sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1));
    },
    { idOf: ({ id }: Campaign) => id, fallback: 50, maximum: 500 },
  );
  return { campaigns: shown.map((campaign) => campaignJson(campaign, campaign.status)), ...links };
};

export const oneEmailCampaign: Endpoint = ({ view, request }) => {
  const campaign = view.campaign(request.params['campaign_id'] ?? '');
  if (campaign === undefined || campaign.vanished === true) throw notFound('campaign');
  return {
    // The list says Draft where the detail says DRAFT.
    ...campaignJson(campaign, campaign.status.toUpperCase()),
    campaign_activities: campaign.activities.map(({ id, role }) => ({ campaign_activity_id: id, role })),
  };
};

export const oneCampaignActivity: Endpoint = ({ view, request }) => {
  const found = view.activity(request.params['campaign_activity_id'] ?? '');
  if (found === undefined || isGone(found.campaign)) {
    throw notFound('campaign activity');
  }
  const { campaign, activity } = found;
  return {
    campaign_activity_id: activity.id,
    campaign_id: campaign.id,
    role: activity.role,
    current_status: (activity.sentAt === undefined ? 'Draft' : campaign.status).toUpperCase(),
    contact_list_ids: activity.listIds,
    segment_ids: [],
    format_type: 5,
    from_email: activity.fromEmail,
    from_name: activity.fromName,
    reply_to_email: activity.fromEmail,
    subject: activity.subject,
    preheader: '',
  };
};

function campaignJson(campaign: Campaign, status: string): Record<string, unknown> {
  return {
    campaign_id: campaign.id,
    name: campaign.name,
    current_status: status,
    type: campaign.typeCode === 57 ? 'ABTEST' : 'NEWSLETTER',
    type_code: campaign.typeCode,
    created_at: precise(campaign.createdAt),
    updated_at: precise(campaign.updatedAt),
  };
}
