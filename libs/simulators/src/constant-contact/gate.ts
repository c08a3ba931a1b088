import { type SimRequest } from '../http/index.js';
import { checkRequest, operationOf } from './contract/request-check.js';
import { forbidden, unauthorized } from './errors.js';
import { type AccessClaims } from './oauth/access-token.js';
import { type Grants } from './oauth/grants.js';
import { type RateLimits } from './rate-limits.js';
import { type Violations } from './violations.js';

interface GateParts {
  readonly grants: Grants;
  readonly limits: RateLimits;
  readonly violations: Violations;
  readonly privilegesOf: (accountId: string) => readonly string[];
}

/** What every call to the API passes before it is answered: token, quota, scope, privilege. Tells whose account it is. */
export function pass(request: SimRequest, now: number, parts: GateParts): AccessClaims {
  checkRequest(request, parts.violations);
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  const claims = scheme?.toLowerCase() === 'bearer' ? parts.grants.verify(token ?? '', now) : undefined;
  if (claims === undefined) throw unauthorized();
  request.account = claims.accountId;
  parts.limits.take(claims.clientId, now);
  const operation = operationOf(request.endpoint);
  const privileges = parts.privilegesOf(claims.accountId);
  // Missing scope and missing privilege look the same.
  if (operation?.scopes.some((scope) => !claims.scopes.includes(scope)) === true) throw forbidden();
  if (operation?.privileges.some((privilege) => !privileges.includes(privilege)) === true) throw forbidden();
  return claims;
}
