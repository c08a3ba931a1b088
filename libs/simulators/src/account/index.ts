export { type Account, type ContactList, type Tag } from './account.js';
export { type Campaign, type CampaignActivity, type CampaignLink, type RowType } from './campaign.js';
export { BOUNCE_CODES, DEVICES, OPT_OUT_REASONS, ROW_TYPES } from './campaign.js';
export {
  type Contact,
  type ContactEmail,
  type CustomFieldValue,
  type FormerAddress,
  type Phone,
  type StreetAddress,
} from './contact.js';
export { CUSTOM_FIELD_TYPES, type CustomField, type CustomFieldChoice, type CustomFieldType } from './custom-field.js';
export { generateAccount, type GenerateOptions } from './generate-account.js';
export { type TrackingRow, type TrackingRows } from './tracking-rows.js';
