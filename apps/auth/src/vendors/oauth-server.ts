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
import { type Quota } from '@portage/http';
import { Secret } from '@portage/platform';
import { type Credential, type Provider } from '../credentials/credential.js';
import { classifyTokenError, tokenFetch } from './token-endpoint.js';
import { lifeOf } from './token-life.js';

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

export interface OAuthServerOptions {
  readonly provider: Provider;
  /** As people call it. */
  readonly vendor: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  /** Requests to the token endpoint of one client id, over all replicas. */
  readonly pace: Quota;
  /** The application is the operator's, not the owner's own. */
  readonly client?: OAuthClient | undefined;
}

/** A vendor's authorization server: authorization code with client secret and PKCE together, and refresh. */
export class OAuthServer {
  readonly #server: AuthorizationServer;

  constructor(private readonly options: OAuthServerOptions) {
    // Neither vendor publishes a metadata document; the issuer is ours and never compared with an answer.
    this.#server = { issuer: options.authorizeUrl, token_endpoint: options.tokenUrl };
  }

  get provider(): Provider {
    return this.options.provider;
  }

  get pace(): Quota {
    return this.options.pace;
  }

  /** Who we are to the vendor for this credential; undefined when it was wiped or nothing was configured. */
  clientOf({ clientId, clientSecret }: Pick<Credential, 'clientId' | 'clientSecret'>): OAuthClient | undefined {
    if (this.options.client) return this.options.client;
    return clientId && clientSecret ? { id: clientId, secret: clientSecret } : undefined;
  }

  /** Blanks in the scope are `%20`: Constant Contact does not take an encoded plus. */
  authorizeLocation(request: { clientId: string; redirectUri: string; state: string; challenge: string }): string {
    const parameters = {
      response_type: 'code',
      client_id: request.clientId,
      redirect_uri: request.redirectUri,
      scope: this.options.scopes.join(' '),
      state: request.state,
      code_challenge: request.challenge,
      code_challenge_method: 'S256',
    };
    const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return `${this.options.authorizeUrl}?${query.join('&')}`;
  }

  /** @throws PortageError as {@link classifyTokenError} decides */
  async exchangeCode(
    client: OAuthClient,
    answer: { code: string; state: string; redirectUri: string; verifier: string },
    timeoutMs: number,
  ): Promise<TokenSet> {
    return this.#attempt(async () => {
      const who = clientOf(client);
      const query = new URLSearchParams({ code: answer.code, state: answer.state });
      const response = await authorizationCodeGrantRequest(
        this.#server,
        who,
        basic(client),
        validateAuthResponse(this.#server, who, query, answer.state),
        answer.redirectUri,
        answer.verifier,
        this.#transport(timeoutMs),
      );
      return tokenSetOf(await processAuthorizationCodeResponse(this.#server, who, response));
    });
  }

  /** @throws PortageError as {@link classifyTokenError} decides */
  async refresh(client: OAuthClient, refreshToken: Secret, timeoutMs: number): Promise<TokenSet> {
    return this.#attempt(async () => {
      const who = clientOf(client);
      const token = refreshToken.reveal();
      const options = this.#transport(timeoutMs);
      const response = await refreshTokenGrantRequest(this.#server, who, basic(client), token, options);
      return tokenSetOf(await processRefreshTokenResponse(this.#server, who, response));
    });
  }

  async #attempt(exchange: () => Promise<TokenSet>): Promise<TokenSet> {
    try {
      return await exchange();
    } catch (error) {
      throw classifyTokenError(error, this.options.vendor);
    }
  }

  /** Plain http is for a local stand-in; the address is the operator's own choice. */
  #transport(timeoutMs: number) {
    return { [allowInsecureRequests]: true, [customFetch]: tokenFetch(timeoutMs, this.options.vendor) };
  }
}

function clientOf(client: OAuthClient): Client {
  return { client_id: client.id };
}

/** The vendors take id and secret as they are; the library's own Basic would write a UUID's hyphens as `%2D`. */
function basic(client: OAuthClient): ClientAuth {
  return (_server, _client, _body, headers) => {
    const pair = Buffer.from(`${client.id}:${client.secret.reveal()}`).toString('base64');
    headers.set('authorization', `Basic ${pair}`);
  };
}

function tokenSetOf(answer: TokenEndpointResponse): TokenSet {
  return {
    accessToken: new Secret(answer.access_token),
    refreshToken: answer.refresh_token ? new Secret(answer.refresh_token) : undefined,
    lifeSeconds: lifeOf(answer.expires_in, answer.access_token),
    granted: answer.scope?.split(' ').filter(Boolean),
  };
}
