import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type ConstantContactSimulator } from '@portage/simulators';

export const CLIENT_ID = 'client-1';
const CLIENT_SECRET = 'secret-1';
const REDIRECT = 'http://127.0.0.1/callback';

export const application = {
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  redirectUris: [REDIRECT],
  tokenType: 'long_lived',
} as const;

export interface StubbedConnection {
  readonly id: string;
  readonly accountId: string;
  readonly connectedAt: string;
  status: string;
  options: Record<string, unknown>;
}

/** The two endpoints of auth that the poller calls, with tokens that the simulator itself has issued. */
export class AuthStub {
  readonly connections = new Map<string, StubbedConnection>();
  issued = 0;
  private server: Server | undefined;
  private token: Promise<{ accessToken: string; generation: number }> | undefined;

  constructor(private readonly simulator: ConstantContactSimulator) {}

  async listen(): Promise<string> {
    this.server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        void this.answer(request.method ?? '', request.url ?? '', text).then(([status, body]) => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        });
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', () => resolve()));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => this.server?.close(() => resolve()) ?? resolve());
  }

  private async answer(method: string, url: string, text: string): Promise<[number, unknown]> {
    if (method === 'GET' && url === '/connections')
      return [200, { connections: [...this.connections.values()].map(shown) }];
    const id = /^\/connections\/([^/]+)\/tokens\/constant-contact$/.exec(url)?.[1];
    if (method !== 'POST' || id === undefined) return [404, {}];
    const { rejectedGeneration } = JSON.parse(text || '{}') as { rejectedGeneration?: number };
    const kept = await this.token;
    if (kept === undefined || rejectedGeneration === kept.generation) this.token = this.issue();
    const { accessToken, generation } = (await this.token) ?? {};
    return [
      200,
      { accessToken, generation, scheme: 'Bearer', expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
    ];
  }

  private async issue(): Promise<{ accessToken: string; generation: number }> {
    this.issued += 1;
    const query = new URLSearchParams({
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: 'contact_data campaign_data account_read offline_access',
      state: 'state',
    });
    const consent = await fetch(`${this.simulator.authUrl}/authorize?${query.toString()}`, { redirect: 'manual' });
    const code = new URL(consent.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const basic = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64');
    const answer = await fetch(`${this.simulator.authUrl}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT }),
    });
    const { access_token: accessToken } = (await answer.json()) as { access_token: string };
    return { accessToken, generation: this.issued };
  }
}

function shown(connection: StubbedConnection): unknown {
  return {
    ...connection,
    name: 'test',
    createdAt: connection.connectedAt,
    constantContact: { clientId: CLIENT_ID, accountId: connection.accountId, organization: null, countryCode: 'US' },
    klaviyo: { accountId: 'K1', organization: null, kind: 'private_key' },
  };
}
