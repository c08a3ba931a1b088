import { type SimAnswer, type SimRequest } from '../../http/index.js';
import { oauth } from '../errors.js';
import { type Application } from '../options.js';
import { type Violations, type ViolationKind } from '../violations.js';
import { type Grants, type TokenSet } from './grants.js';

const FIELDS = ['grant_type', 'code', 'redirect_uri', 'code_verifier', 'refresh_token', 'client_id', 'scope'];

export interface TokenDesk {
  readonly applications: readonly Application[];
  readonly grants: Grants;
  readonly violations: Violations;
  readonly accessTokenSeconds: number;
  readonly takeToken: (clientId: string) => void;
  readonly now: () => number;
}

/** `POST /token`: Basic authentication, parameters in the form or the query, one call a second. */
export function token(request: SimRequest, desk: TokenDesk): SimAnswer {
  const note = (kind: ViolationKind, detail: string): void =>
    desk.violations.record({ at: request.at, kind, endpoint: request.endpoint, detail });
  const form = new URLSearchParams(request.body.toString());
  for (const name of form.keys()) if (!FIELDS.includes(name)) note('unknown_field', name);
  for (const name of request.query.keys()) {
    note(FIELDS.includes(name) ? 'secret_in_url' : 'unknown_parameter', name);
    if (!form.has(name)) form.set(name, request.query.get(name) ?? '');
  }
  const application = authenticated(request, desk.applications);
  if (application === undefined)
    throw oauth(401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.');
  desk.takeToken(application.clientId);
  const set = grant(form, application, desk, note);
  return { status: 200, headers: { 'cache-control': 'no-store' }, json: answer(set, desk) };
}

function grant(
  form: URLSearchParams,
  { clientId }: Application,
  desk: TokenDesk,
  note: (kind: ViolationKind, detail: string) => void,
): TokenSet {
  switch (form.get('grant_type')) {
    case 'authorization_code': {
      const verifier = form.get('code_verifier');
      const by = { clientId, redirectUri: form.get('redirect_uri') ?? '', ...(verifier === null ? {} : { verifier }) };
      const set = desk.grants.exchange(form.get('code') ?? '', by, desk.now());
      if (set === undefined) throw oauth(400, 'invalid_grant', 'The authorization code is invalid or has expired.');
      return set;
    }
    case 'refresh_token': {
      const given = form.get('refresh_token') ?? '';
      const set = desk.grants.refresh(given, clientId, desk.now());
      if (set !== undefined) return set;
      if (desk.grants.wasUsed(given)) note('refresh_token_reused', 'a rotating refresh token came a second time');
      throw oauth(400, 'invalid_grant', 'The refresh token is invalid or expired.');
    }
    default:
      throw oauth(400, 'unsupported_grant_type', 'The authorization grant type is not supported.');
  }
}

function answer(set: TokenSet, desk: TokenDesk): Record<string, unknown> {
  const claims = desk.grants.verify(set.accessToken, desk.now());
  return {
    token_type: 'Bearer',
    expires_in: desk.accessTokenSeconds,
    access_token: set.accessToken,
    scope: claims?.scopes.join(' '),
    // Without offline_access there simply is none.
    ...(set.refreshToken === undefined ? {} : { refresh_token: set.refreshToken }),
  };
}

function authenticated(request: SimRequest, applications: readonly Application[]): Application | undefined {
  const [scheme, credentials] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic' || credentials === undefined) return undefined;
  const [id, secret] = Buffer.from(credentials, 'base64').toString().split(':');
  return applications.find(({ clientId, clientSecret }) => clientId === id && clientSecret === secret);
}
