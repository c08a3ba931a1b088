export { classify, errorKeyOf, incompletePage, type Answer, type Resolution } from './classification.js';
export {
  ConstantContactClient,
  isCursorExpired,
  isDaySpent,
  type AccessToken,
  type ClientOptions,
  type GetOptions,
  type Page,
  type Tokens,
} from './client.js';
export * as endpoints from './endpoint.js';
export {
  LISTS_PER_CALL,
  REPORTS,
  ROWS_PER_PAGE,
  STATS_PER_CALL,
  type ContactsWindow,
  type Endpoint,
  type Report,
} from './endpoint.js';
export { nextLink, relativeLink } from './link.js';
export {
  activityContent,
  activityTypeOf,
  isDelivered,
  type ActivityContent,
  type Mailing,
} from './mapping/activity.mapper.js';
export { contactContent, unexplainedIds, type ContactContent } from './mapping/contact.mapper.js';
export { listContent, type ListContent } from './mapping/list.mapper.js';
export { entriesOfContact, type FormerStanding, type Standing } from './suppression/contact-entries.js';
export {
  entriesOfReports,
  needsSigns,
  type Evidence,
  type Sign,
  type Subject,
  type Trouble,
} from './suppression/report-entries.js';
export {
  campaignOf,
  statsOf,
  subjectOf,
  summariesOf,
  type ActivityStats,
  type CampaignDetail,
  type CampaignSummary,
} from './wire/campaign.js';
export { haveParts, idsOn, wireContact, type WireContact } from './wire/contact.js';
export {
  fieldsOf,
  listSchema,
  tagsOf,
  type Definitions,
  type FieldDefinition,
  type WireList,
} from './wire/definitions.js';
export { countOf, parseRow, rowsOf, type Odd, type Parsed } from './wire/envelope.js';
export { contactEventsOf, trackingRowsOf, type ContactEvent, type TrackingRow } from './wire/tracking.js';
