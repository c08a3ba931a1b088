import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { FixedWindows, type Route, type SimAnswer, type SimRequest } from '../../http/index.js';
import { type Credentials } from '../gate/credentials.js';
import { type OAuthClientOption } from '../options.js';
import { type World } from '../state/world.js';

interface Code {
  client: string;
  account: string;
  redirectUri: string;
  scopes: string[];
  challenge: string;
  expires: number;
}

const codeLifeMs = 5 * 60 * 1000;
const verifierPattern = /^[a-zA-Z0-9\-._~]{43,128}$/;

/** Authorization code with PKCE. Whoever opens the authorize page consents at once, for the first account or the one named by `account`. */
export function oauthRoutes(world: World, credentials: Credentials): Route[] {
  const codes = new Map<string, Code>();
  const refreshes = new Map<string, FixedWindows>();
  const clients = new Map((world.options.oauthClients ?? []).map((client) => [client.id, client]));
  return [
    { method: 'GET', path: '/oauth/authorize', handle: (request) => authorize(world, clients, codes, request) },
    {
      method: 'POST',
      path: '/oauth/token',
      handle: (request) => {
        const form = formOf(request);
        const client = clientOf(clients, request);
        if (client === undefined) return failure(401, 'invalid_client');
        if (form.get('grant_type') === 'authorization_code') return exchange(world, credentials, client, codes, form);
        if (form.get('grant_type') !== 'refresh_token') return failure(400, 'invalid_grant_type');
        const window =
          refreshes.get(client.id) ?? new FixedWindows([{ seconds: 60, limit: 10 * Math.max(1, world.speed) }]);
        refreshes.set(client.id, window);
        if (world.options.limits !== false && !window.take(request.at).admitted) {
          return { status: 429, headers: { 'retry-after': '60' } };
        }
        return refresh(world, credentials, client, form);
      },
    },
    {
      method: 'POST',
      path: '/oauth/revoke',
      handle: (request) => {
        if (clientOf(clients, request) === undefined) return failure(401, 'invalid_client');
        const token = formOf(request).get('token');
        if (token !== null) credentials.revoke(token);
        return { status: 200, json: {} };
      },
    },
  ];
}

function authorize(
  world: World,
  clients: ReadonlyMap<string, OAuthClientOption>,
  codes: Map<string, Code>,
  request: SimRequest,
): SimAnswer {
  const { query } = request;
  const client = clients.get(query.get('client_id') ?? '');
  const redirectUri = query.get('redirect_uri') ?? '';
  const challenge = query.get('code_challenge') ?? '';
  if (client === undefined) return failure(400, 'invalid_client');
  if (redirectUri === '' || (client.redirectUris !== undefined && !client.redirectUris.includes(redirectUri))) {
    return failure(400, 'invalid_redirect_uri');
  }
  if (query.get('response_type') !== 'code') return failure(400, 'unsupported_response_type');
  if (query.get('code_challenge_method') !== 'S256' || challenge.length !== 43)
    return failure(400, 'invalid_code_challenge');
  const scopes = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0) return failure(400, 'invalid_scope');
  const account = query.get('account') ?? world.options.accounts[0]?.id ?? '';
  const code = randomBytes(16).toString('hex');
  codes.set(code, { client: client.id, account, redirectUri, scopes, challenge, expires: request.at + codeLifeMs });
  const target = new URL(redirectUri);
  target.searchParams.set('code', code);
  const state = query.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return { status: 302, headers: { location: target.toString() } };
}

function exchange(
  world: World,
  credentials: Credentials,
  client: OAuthClientOption,
  codes: Map<string, Code>,
  form: URLSearchParams,
): SimAnswer {
  const secret = form.get('code') ?? '';
  const code = codes.get(secret);
  codes.delete(secret);
  if (code === undefined || code.client !== client.id || code.expires <= world.clock.now())
    return failure(400, 'invalid_grant');
  if (code.redirectUri !== form.get('redirect_uri')) return failure(400, 'invalid_grant');
  const verifier = form.get('code_verifier') ?? '';
  if (!verifierPattern.test(verifier)) return failure(400, 'invalid_request', 'invalid code_verifier');
  if (createHash('sha256').update(verifier).digest('base64url') !== code.challenge) {
    return failure(400, 'invalid_grant', 'code challenge failed');
  }
  const life = world.options.tokenLifeSeconds ?? 3600;
  const tokens = credentials.grant(code.account, client.id, code.scopes, life);
  return tokenAnswer(tokens, life, code.scopes);
}

/** The vendor hands the same refresh token out again; with rotation the old one dies. */
function refresh(world: World, credentials: Credentials, client: OAuthClientOption, form: URLSearchParams): SimAnswer {
  const secret = form.get('refresh_token') ?? '';
  const token = credentials.withRefresh(secret);
  if (token === undefined || token.client !== client.id) return failure(400, 'invalid_grant');
  const life = world.options.tokenLifeSeconds ?? 3600;
  if (world.options.rotateRefreshTokens !== true) {
    return tokenAnswer({ access: credentials.grantAccess(token, life), refresh: secret }, life, token.scopes);
  }
  credentials.revoke(secret);
  return tokenAnswer(credentials.grant(token.account, client.id, token.scopes, life), life, token.scopes);
}

function tokenAnswer(tokens: { access: string; refresh: string }, life: number, scopes: readonly string[]): SimAnswer {
  return {
    status: 200,
    json: {
      access_token: tokens.access,
      refresh_token: tokens.refresh,
      token_type: 'Bearer',
      expires_in: life,
      scope: scopes.join(' '),
    },
  };
}

function clientOf(clients: ReadonlyMap<string, OAuthClientOption>, request: SimRequest): OAuthClientOption | undefined {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Basic') return undefined;
  const [id = '', secret = ''] = Buffer.from(value, 'base64').toString().split(':').map(decodeURIComponent);
  const client = clients.get(id);
  if (client === undefined || client.secret.length !== secret.length) return undefined;
  return timingSafeEqual(Buffer.from(client.secret), Buffer.from(secret)) ? client : undefined;
}

function formOf(request: SimRequest): URLSearchParams {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return new URLSearchParams(isForm ? request.body.toString() : '');
}

function failure(status: number, error: string, description = error): SimAnswer {
  return { status, json: { error, error_description: description } };
}
