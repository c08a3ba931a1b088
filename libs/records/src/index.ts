export { codecOf, InvalidRecord, type Codec, type Decode } from './codec.js';
export { contentHash } from './content-hash.js';
export { dedupKey, Ordinals, type Happening, type OrdinalState } from './dedup-key.js';
export { normaliseEmail, type NormalisedEmail } from './email.js';
export { schemaIdOf } from './frame.js';
export {
  activityTypeSymbols,
  addressKindSymbols,
  operationSymbols,
  permissionSymbols,
  phoneKindSymbols,
  stageSymbols,
  suppressionReasonSymbols,
  suppressionSourceSymbols,
  type Activity,
  type ActivityType,
  type Address,
  type AddressKind,
  type Contact,
  type CustomField,
  type DeadLetter,
  type List,
  type Mark,
  type Meta,
  type Operation,
  type Permission,
  type Phone,
  type PhoneKind,
  type SmsChannel,
  type Stage,
  type Suppression,
  type SuppressionEntry,
  type SuppressionReason,
  type SuppressionSource,
} from './generated/types.js';
export { contactKey, keyOf, listKey, markKey, parseKey, type RecordKey } from './key.js';
export { STREAMS, TOPICS, type Stream, type Topic, type Values } from './record.js';
export { secondOf } from './second.js';
