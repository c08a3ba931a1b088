import { type Endpoint } from '../vendor.js';
import { accountSummary, userPrivileges } from './account.js';
import { activityLinks } from './activity-links.js';
import { activityStatistics, campaignStatistics } from './campaign-statistics.js';
import { campaignSummaries } from './campaign-summaries.js';
import { contactLists, oneContactList } from './contact-lists.js';
import { activityDetails, activitySummary, openAndClickRates } from './contact-report.js';
import { contactTags } from './contact-tags.js';
import { contactCounts, listContacts, oneContact } from './contacts.js';
import { customFields, oneCustomField } from './custom-fields.js';
import { emailCampaigns, oneCampaignActivity, oneEmailCampaign } from './emails.js';
import { trackingReport } from './tracking-report.js';

const TRACKING = '/v3/reports/email_reports/{campaign_activity_id}/tracking';
const CONTACT_REPORTS = '/v3/reports/contact_reports/{contact_id}';

/** Everything that answers GET, by path. */
export const endpoints: Readonly<Record<string, Endpoint>> = {
  '/v3/account/summary': accountSummary,
  '/v3/account/user/privileges': userPrivileges,
  '/v3/contacts': listContacts,
  '/v3/contacts/counts': contactCounts,
  '/v3/contacts/{contact_id}': oneContact,
  '/v3/contact_lists': contactLists,
  '/v3/contact_lists/{list_id}': oneContactList,
  '/v3/contact_custom_fields': customFields,
  '/v3/contact_custom_fields/{custom_field_id}': oneCustomField,
  '/v3/contact_tags': contactTags,
  '/v3/emails': emailCampaigns,
  '/v3/emails/{campaign_id}': oneEmailCampaign,
  '/v3/emails/activities/{campaign_activity_id}': oneCampaignActivity,
  '/v3/reports/summary_reports/email_campaign_summaries': campaignSummaries,
  '/v3/reports/stats/email_campaigns/{campaign_ids}': campaignStatistics,
  '/v3/reports/stats/email_campaign_activities/{campaign_activity_ids}': activityStatistics,
  [`${TRACKING}/sends`]: trackingReport('sends'),
  [`${TRACKING}/opens`]: trackingReport('opens'),
  [`${TRACKING}/unique_opens`]: trackingReport('unique_opens'),
  [`${TRACKING}/didnotopens`]: trackingReport('didnotopens'),
  [`${TRACKING}/clicks`]: trackingReport('clicks'),
  [`${TRACKING}/forwards`]: trackingReport('forwards'),
  [`${TRACKING}/optouts`]: trackingReport('optouts'),
  [`${TRACKING}/bounces`]: trackingReport('bounces'),
  '/v3/reports/email_reports/{campaign_activity_id}/links': activityLinks,
  [`${CONTACT_REPORTS}/activity_details`]: activityDetails,
  [`${CONTACT_REPORTS}/activity_summary`]: activitySummary,
  [`${CONTACT_REPORTS}/open_and_click_rates`]: openAndClickRates,
};
