export { Budget, type Quota } from './budget/budget.js';
export { CreateBudget1764108000000 } from './budget/migrations/1764108000000-create-budget.js';
export { KeepDistance1764141000000 } from './budget/migrations/1764141000000-keep-distance.js';
export { LateGrants1764136000000 } from './budget/migrations/1764136000000-late-grants.js';
export { LearnLimits1764122000000 } from './budget/migrations/1764122000000-learn-limits.js';
export { headerOf, type HttpRequest, type HttpResponse, jsonOf, request } from './request.js';
export { type RetryOptions, withRetry } from './retry.js';
