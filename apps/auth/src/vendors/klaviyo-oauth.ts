import { type Secret } from '@portage/platform';
import { OAuthServer } from './oauth-server.js';

/** What loading and reading back need. */
const scopes = [
  'accounts:read',
  'profiles:read',
  'profiles:write',
  'lists:read',
  'lists:write',
  'subscriptions:read',
  'subscriptions:write',
  'events:read',
  'events:write',
  'metrics:read',
] as const;

export interface KlaviyoOAuthOptions {
  readonly authorizeUrl: string;
  /** An origin. The token endpoint is on the API's host: the host of the authorize page refuses it. */
  readonly apiUrl: string;
  readonly clientId: string | undefined;
  readonly clientSecret: Secret | undefined;
  /** Factor on the limit; zero: no pacing. */
  readonly limitScale: number;
}

/** Klaviyo: the application is the operator's, one for all connections. Undefined while none is configured. */
export function klaviyoOAuth(options: KlaviyoOAuthOptions): OAuthServer | undefined {
  const { clientId, clientSecret } = options;
  if (!clientId || !clientSecret) return undefined;
  return new OAuthServer({
    provider: 'klaviyo',
    vendor: 'Klaviyo',
    authorizeUrl: options.authorizeUrl,
    tokenUrl: `${options.apiUrl}/oauth/token`,
    scopes,
    // Ten refreshes a minute are what others have met; the vendor publishes no figure.
    pace: options.limitScale > 0 ? { perSecond: options.limitScale, perMinute: 10 * options.limitScale } : {},
    client: { id: clientId, secret: clientSecret },
  });
}
