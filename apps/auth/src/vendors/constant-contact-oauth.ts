import { OAuthServer } from './oauth-server.js';

/** All that Portage reads; there is no read-only variant of the first two. Without the last, no refresh token comes and no error either. */
const scopes = ['contact_data', 'campaign_data', 'account_read', 'offline_access'] as const;

/** Constant Contact: the application is the owner's own. @param authUrl  the base of `/authorize` and `/token` */
export function constantContactOAuth(authUrl: string): OAuthServer {
  return new OAuthServer({
    provider: 'constant-contact',
    vendor: 'Constant Contact',
    authorizeUrl: `${authUrl}/authorize`,
    tokenUrl: `${authUrl}/token`,
    scopes,
    pace: { perSecond: 1 },
  });
}
