import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type AuthorizationServer,
  type Client,
  type ClientAuth,
  customFetch,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  type TokenEndpointResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { Secret } from '@portage/platform';
import { classifyTokenError, tokenFetch } from './token-endpoint.js';
import { lifeOf } from './token-life.js';

/** All that Portage reads; there is no read-only variant of the first two. Without the last, no refresh token comes and no error either. */
const scopes = ['contact_data', 'campaign_data', 'account_read', 'offline_access'] as const;

export interface OAuthClient {
  readonly id: string;
  readonly secret: Secret;
}

export interface TokenSet {
  readonly accessToken: Secret;
  readonly refreshToken: Secret | undefined;
  readonly lifeSeconds: number;
  /** What was granted, where the vendor says so. */
  readonly granted: readonly string[] | undefined;
}

/** Constant Contact's authorization server: authorization code with client secret and PKCE together, and refresh. */
export class ConstantContactOAuth {
  readonly #server: AuthorizationServer;

  constructor(private readonly authUrl: string) {
    // The vendor publishes no metadata document; the issuer is ours and never compared with an answer.
    this.#server = { issuer: authUrl, token_endpoint: `${authUrl}/token` };
  }

  /** Blanks in the scope are `%20`: the vendor does not take an encoded plus. */
  authorizeLocation(request: { clientId: string; redirectUri: string; state: string; challenge: string }): string {
    const parameters = {
      response_type: 'code',
      client_id: request.clientId,
      redirect_uri: request.redirectUri,
      scope: scopes.join(' '),
      state: request.state,
      code_challenge: request.challenge,
      code_challenge_method: 'S256',
    };
    const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return `${this.authUrl}/authorize?${query.join('&')}`;
  }

  /** @throws PortageError as {@link classifyTokenError} decides */
  async exchangeCode(
    client: OAuthClient,
    answer: { code: string; state: string; redirectUri: string; verifier: string },
    timeoutMs: number,
  ): Promise<TokenSet> {
    return attempt(async () => {
      const who = clientOf(client);
      const query = new URLSearchParams({ code: answer.code, state: answer.state });
      const response = await authorizationCodeGrantRequest(
        this.#server,
        who,
        basic(client),
        validateAuthResponse(this.#server, who, query, answer.state),
        answer.redirectUri,
        answer.verifier,
        transport(timeoutMs),
      );
      return tokenSetOf(await processAuthorizationCodeResponse(this.#server, who, response));
    });
  }

  /** @throws PortageError as {@link classifyTokenError} decides */
  async refresh(client: OAuthClient, refreshToken: Secret, timeoutMs: number): Promise<TokenSet> {
    return attempt(async () => {
      const who = clientOf(client);
      const token = refreshToken.reveal();
      const response = await refreshTokenGrantRequest(this.#server, who, basic(client), token, transport(timeoutMs));
      return tokenSetOf(await processRefreshTokenResponse(this.#server, who, response));
    });
  }
}

async function attempt(exchange: () => Promise<TokenSet>): Promise<TokenSet> {
  try {
    return await exchange();
  } catch (error) {
    throw classifyTokenError(error);
  }
}

function clientOf(client: OAuthClient): Client {
  return { client_id: client.id };
}

/** The vendor takes id and secret as they are; the library's own Basic would write a UUID's hyphens as `%2D`. */
function basic(client: OAuthClient): ClientAuth {
  return (_server, _client, _body, headers) => {
    const pair = Buffer.from(`${client.id}:${client.secret.reveal()}`).toString('base64');
    headers.set('authorization', `Basic ${pair}`);
  };
}

/** Plain http is for a local stand-in; the address is the operator's own choice. */
function transport(timeoutMs: number) {
  return { [allowInsecureRequests]: true, [customFetch]: tokenFetch(timeoutMs) };
}

function tokenSetOf(answer: TokenEndpointResponse): TokenSet {
  return {
    accessToken: new Secret(answer.access_token),
    refreshToken: answer.refresh_token ? new Secret(answer.refresh_token) : undefined,
    lifeSeconds: lifeOf(answer.expires_in, answer.access_token),
    granted: answer.scope?.split(' ').filter(Boolean),
  };
}
