export {
  type ConflictReason,
  decideSubscription,
  type SubscriptionAction,
  type SubscriptionInput,
} from './back-from-opt-out.js';
export { decide } from './decide.js';
export {
  type ConsentMode,
  type ConsentOptions,
  type Decision,
  type DecisionKind,
  mayLoadProfile,
  type OptOutEffect,
  optOutOf,
} from './decision.js';
export { decideOptOut, optOutHolds } from './opt-out-write.js';
export {
  addressesOf,
  type ContactFacts,
  contactFacts,
  type EntryFacts,
  entryFacts,
  type PersonFacts,
} from './person.js';
export { isOptedOut, isSuppressed, movedWithin, sameRead, type SubscriptionRead } from './subscription-read.js';
export { type WrittenOptOut, writtenOptOut } from './written-opt-out.js';
