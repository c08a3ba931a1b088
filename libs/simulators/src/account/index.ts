export { accountFromJson, accountToJson } from './account-json.js';
export { type Account, type ContactList, type Tag } from './account.js';
export { applyChange } from './changes/apply-change.js';
export { type Change, type ChangeKind } from './changes/change.js';
export { evolve, type EvolveOptions } from './changes/evolve.js';
export { type Campaign, type CampaignActivity, type CampaignLink } from './campaign.js';
export { type RowType } from './row-codes.js';
export { BOUNCE_CODES, DEVICES, OPT_OUT_REASONS, ROW_TYPES } from './row-codes.js';
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
export { readRows, type ReportRow } from './read-rows.js';
