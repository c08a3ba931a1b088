export { type Clock, sleep, systemClock } from './clock.js';
export { type Environment, environmentSchema, type EnvironmentVariable, loadConfig } from './config.js';
export {
  describeError,
  type Disposition,
  dispositionOf,
  isAbort,
  isPortageError,
  PortageError,
  type PortageErrorInit,
} from './errors.js';
export { Health, type HealthCheck, type HealthReport } from './health.js';
export { type AccessTokens, type Scope, scopesOf } from './http/access.js';
export { ACCESS_TOKENS, AccessGuard, InSession, Open, Scopes } from './http/access.guard.js';
export { inputProblems } from './http/input-problems.js';
export { Describe } from './http/openapi/describe.js';
export { publishDocument } from './http/openapi/publish.js';
export { PlatformModule } from './http/platform.module.js';
export { type Problem, ProblemFilter, problemOf } from './http/problem.filter.js';
export { ENVIRONMENT, HEALTH, LOGGER } from './http/tokens.js';
export { Loop, type LoopOptions } from './lifecycle/loop.js';
export {
  exitCodes,
  runService,
  type ServiceContext,
  type ServiceDefinition,
  type ServiceEnvironment,
} from './lifecycle/service.js';
export { createLogger, type Logger } from './logging.js';
export { metricsRegistry, serveMetrics } from './metrics.js';
export { parseSchedule, type Schedule, timesPerDay } from './schedule.js';
export { Secret } from './secret.js';
export { type BatchSource, BatchStrategy } from './transport/batch-strategy.js';
