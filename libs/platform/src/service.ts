/** The shell of a service: what of the platform needs Nest. A program that needs the rest alone starts twice as fast. */
export { ACCESS_TOKENS, AccessGuard, InSession, Open, Scopes } from './http/access.guard.js';
export { Describe } from './http/openapi/describe.js';
export { publishDocument } from './http/openapi/publish.js';
export { PlatformModule } from './http/platform.module.js';
export { type Problem, ProblemFilter, problemOf } from './http/problem.filter.js';
export { ENVIRONMENT, HEALTH, LOGGER } from './http/tokens.js';
export {
  runService,
  type ServiceContext,
  type ServiceDefinition,
  type ServiceEnvironment,
} from './lifecycle/service.js';
export { type BatchSource, BatchStrategy } from './transport/batch-strategy.js';
