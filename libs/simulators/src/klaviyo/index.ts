export { type PersonChange } from './admin/people.js';
export { type AccountState, type EventState, type PersonState } from './admin/state.js';
export { type TroubleOptions } from './admin/troubles.js';
export { type KlaviyoOptions, vendorDelays } from './options.js';
export { type KlaviyoSimulator, startKlaviyo } from './simulator.js';
export { type WriteRecord } from './state/account.js';
export { type AuditEntry } from './state/audit.js';
export { type Violation } from './state/world.js';
