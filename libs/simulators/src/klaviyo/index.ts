export { type PersonChange } from './admin/people.js';
export {
  type AccountState,
  type EventState,
  type JobState,
  type ListState,
  type MetricState,
  type PersonState,
} from './admin/state.js';
export { type TroubleOptions } from './admin/troubles.js';
export {
  type AccountOption,
  type Delay,
  type Delays,
  type KeyOption,
  type KlaviyoOptions,
  type OAuthClientOption,
} from './options.js';
export { KlaviyoSimulator, startKlaviyo } from './simulator.js';
export { type WriteRecord } from './state/account.js';
export { type AuditEntry, type Cause } from './state/audit.js';
export { type Violation } from './state/world.js';
