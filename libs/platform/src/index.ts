export { type Clock, sleep, systemClock } from './clock.js';
export { type Environment, environmentSchema, type EnvironmentVariable, loadConfig } from './config.js';
export { within } from './deadline.js';
export {
  describeError,
  type Disposition,
  dispositionOf,
  isAbort,
  isPortageError,
  PortageError,
  type PortageErrorInit,
} from './errors.js';
export { exitCodes } from './exit-codes.js';
export { Health, type HealthCheck, type HealthReport } from './health.js';
export { type AccessTokens, type Scope, scopesOf } from './http/access.js';
export { inputProblems } from './http/input-problems.js';
export { Loop, type LoopOptions } from './lifecycle/loop.js';
export { createLogger, type Logger } from './logging.js';
export { metricsRegistry, serveMetrics } from './metrics.js';
export { parseSchedule, type Schedule, timesPerDay } from './schedule.js';
export { Secret } from './secret.js';
