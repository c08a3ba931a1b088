export { compare, type KlaviyoTruth } from './compare/compare.js';
export { describeDifferences, type Difference } from './compare/difference.js';
export { MailabilityWatch, type WrongMoment } from './compare/mailability.js';
export { type Expected, type ExpectedEvent, type ExpectedPerson } from './expect/expected.js';
export { Oracle } from './expect/oracle.js';
export { type Observation, type OracleOptions, oracleOptions } from './options.js';
