import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { PortageError, Secret } from '@portage/platform';
import { constantContactOAuth } from './constant-contact-oauth.js';
import { type OAuthServer } from './oauth-server.js';
import { classifyTokenError, safeWord } from './token-endpoint.js';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

describe('the token endpoint', () => {
  let server: Server;
  let answer: Answer;
  let seen: { authorization: string | undefined; body: string };
  let oauth: OAuthServer;
  const client = { id: '0f2a-11', secret: new Secret('s-e_c~ret') };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen = { authorization: request.headers.authorization, body: Buffer.concat(chunks).toString() };
        response.writeHead(answer.status, answer.headers ?? { 'content-type': 'application/json' }).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    oauth = constantContactOAuth(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const refresh = (given: Answer) => {
    answer = given;
    return oauth.refresh(client, new Secret('the-refresh-token'), 5000);
  };
  const tokens = { access_token: 'a', token_type: 'Bearer', expires_in: 86_400, refresh_token: 'r' };

  it('sends id and secret as they are, and the token in the body', async () => {
    const set = await refresh({ status: 200, body: JSON.stringify(tokens) });
    expect(Buffer.from(seen.authorization?.slice(6) ?? '', 'base64').toString()).toBe('0f2a-11:s-e_c~ret');
    expect(Object.fromEntries(new URLSearchParams(seen.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'the-refresh-token',
    });
    expect(set).toMatchObject({ lifeSeconds: 86_400, granted: undefined });
    expect(set.refreshToken?.reveal()).toBe('r');
  });

  it('keeps quiet about a refresh token that is not repeated', async () => {
    const { refresh_token: _, ...rest } = tokens;
    await expect(refresh({ status: 200, body: JSON.stringify(rest) })).resolves.toMatchObject({
      refreshToken: undefined,
    });
  });

  it.each<[string, Answer, string, string]>([
    ['a used token', { status: 400, body: '{"error":"invalid_grant"}' }, 'auth.grant_refused', 'reauthorize'],
    [
      'a used token, told without a content type',
      { status: 400, body: '{"error":"invalid_grant"}', headers: {} },
      'auth.grant_refused',
      'reauthorize',
    ],
    ['a wrong secret', { status: 401, body: '{"error":"invalid_client"}' }, 'auth.client_refused', 'reauthorize'],
    [
      'a wrong secret with a challenge',
      { status: 401, body: '{"error":"invalid_client"}', headers: { 'www-authenticate': 'Basic realm="x"' } },
      'auth.client_refused',
      'reauthorize',
    ],
    [
      'a used token under a 401',
      { status: 401, body: '{"error":"invalid_grant"}' },
      'auth.grant_refused',
      'reauthorize',
    ],
    ['a 401 without a word', { status: 401, body: '' }, 'auth.exchange_unclear', 'retry'],
    ['a 401 of the gateway', { status: 401, body: '{"message":"Unauthorized"}' }, 'auth.exchange_unclear', 'retry'],
    ['a wrong request', { status: 400, body: '{"error":"invalid_request"}' }, 'auth.exchange_refused', 'halt'],
    ['too fast', { status: 429, body: '' }, 'auth.token_throttled', 'throttle'],
    ['a fault', { status: 500, body: '<html>' }, 'auth.exchange_unclear', 'retry'],
    ['a gateway page', { status: 502, body: '<html>', headers: {} }, 'auth.exchange_unclear', 'retry'],
    ['a page with status 403', { status: 403, body: '<html>', headers: {} }, 'auth.exchange_unclear', 'retry'],
    ['half an answer', { status: 200, body: '{"access_token":"a' }, 'auth.exchange_unclear', 'retry'],
    ['an answer without a token', { status: 200, body: '{}' }, 'auth.exchange_unclear', 'retry'],
  ])('takes %s for what it is', async (_name, given, code, disposition) => {
    await expect(refresh(given)).rejects.toMatchObject({ code, disposition });
  });

  it('says whether a request may have arrived', async () => {
    const nowhere = constantContactOAuth('http://127.0.0.1:1');
    await expect(nowhere.refresh(client, new Secret('x'), 5000)).rejects.toMatchObject({ details: { sent: false } });
    await expect(refresh({ status: 503, body: '' })).rejects.toMatchObject({ details: { sent: true } });
  });

  it("never keeps the library's error, which quotes the answer", async () => {
    const error: unknown = await refresh({ status: 200, body: JSON.stringify({ access_token: 'hunter2' }) }).catch(
      (caught: unknown) => caught,
    );
    expect((error as Error).cause).toBeUndefined();
    const own = new PortageError({ code: 'x', disposition: 'retry', message: 'x' });
    expect(classifyTokenError(own, 'Constant Contact')).toBe(own);
  });

  it('shows a word of the vendor only if it is one', () => {
    expect(safeWord('server_error')).toBe('server_error');
    expect(safeWord('<b>')).toBe('unknown');
    expect(safeWord('x'.repeat(41))).toBe('unknown');
  });
});
