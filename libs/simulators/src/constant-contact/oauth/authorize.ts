import { type SimAnswer, type SimRequest } from '../../http/index.js';
import { type Application } from '../options.js';
import { type Violations } from '../violations.js';
import { type CodeGrant } from './grants.js';
import { consentPage, errorPage } from './pages.js';

const SCOPES = [
  'contact_data',
  'campaign_data',
  'account_read',
  'account_update',
  'offline_access',
  'billing_data',
] as const;

const PARAMETERS = [
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'prompt',
  'nonce',
  'code_challenge',
  'code_challenge_method',
];

export interface AuthorizeDesk {
  readonly applications: readonly Application[];
  readonly accounts: () => readonly { id: string; name: string }[];
  /** Account that everything is granted for at once. */
  readonly autoConsent: () => string | undefined;
  readonly authorize: (request: Omit<CodeGrant, 'code' | 'expiresAt' | 'used'>) => string;
  readonly violations: Violations;
}

/** `GET /authorize`: a page that asks the owner, or straight back with a code where consent is automatic. */
export function authorize(request: SimRequest, desk: AuthorizeDesk): SimAnswer {
  for (const name of request.query.keys()) {
    if (!PARAMETERS.includes(name)) {
      desk.violations.record({ at: request.at, kind: 'unknown_parameter', endpoint: request.endpoint, detail: name });
    }
  }
  const refused = check(request.query, desk);
  if (refused !== undefined) return refused;
  if (!request.query.has('code_challenge')) {
    desk.violations.record({
      at: request.at,
      kind: 'no_pkce',
      endpoint: request.endpoint,
      detail: 'no code_challenge',
    });
  }
  const account = desk.autoConsent();
  if (account !== undefined) return decide(request.query, account, desk);
  return { status: 200, headers: HTML, text: consentPage(request.url, desk.accounts()) };
}

/** `POST /authorize` with the same query: what the owner pressed on the page. */
export function decision(request: SimRequest, desk: AuthorizeDesk): SimAnswer {
  const refused = check(request.query, desk);
  if (refused !== undefined) return refused;
  const form = new URLSearchParams(request.body.toString());
  if (form.get('decision') === 'allow') return decide(request.query, form.get('account') ?? '', desk);
  return back(request.query, { error: 'access_denied', error_description: 'The resource owner denied the request.' });
}

function decide(query: URLSearchParams, accountId: string, desk: AuthorizeDesk): SimAnswer {
  if (!desk.accounts().some(({ id }) => id === accountId)) {
    return { status: 400, headers: HTML, text: errorPage('No such account.') };
  }
  const challenge = query.get('code_challenge');
  const code = desk.authorize({
    clientId: query.get('client_id') ?? '',
    accountId,
    redirectUri: query.get('redirect_uri') ?? '',
    scopes: scopesOf(query),
    ...(challenge === null ? {} : { challenge }),
  });
  return back(query, { code });
}

/** A wrong client or redirect shows a page here and never reaches the caller; anything else goes back to it. */
function check(query: URLSearchParams, desk: AuthorizeDesk): SimAnswer | undefined {
  const application = desk.applications.find(({ clientId }) => clientId === query.get('client_id'));
  if (application === undefined) return { status: 400, headers: HTML, text: errorPage('Invalid client_id.') };
  if (!application.redirectUris.includes(query.get('redirect_uri') ?? '')) {
    return {
      status: 400,
      headers: HTML,
      text: errorPage('The redirect_uri must be one that the application registered.'),
    };
  }
  if (query.get('response_type') !== 'code') return back(query, { error: 'unsupported_response_type' });
  const scopes = scopesOf(query);
  // A percent-encoded plus is part of a name, not a separator, and no scope has that name.
  if (scopes.length === 0 || !scopes.every((scope) => (SCOPES as readonly string[]).includes(scope))) {
    return back(query, { error: 'invalid_scope', error_description: 'One or more scopes are not configured.' });
  }
  if (query.has('code_challenge') && query.get('code_challenge_method') !== 'S256') {
    return back(query, { error: 'invalid_request', error_description: 'code_challenge_method must be S256.' });
  }
  return undefined;
}

function back(query: URLSearchParams, values: Record<string, string>): SimAnswer {
  const location = new URL(query.get('redirect_uri') ?? '');
  for (const [name, value] of Object.entries(values)) location.searchParams.set(name, value);
  const state = query.get('state');
  if (state !== null) location.searchParams.set('state', state);
  return { status: 302, headers: { location: location.href } };
}

function scopesOf(query: URLSearchParams): string[] {
  return (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };
