import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface StubbedConnection {
  readonly id: string;
  readonly target: string;
  status: string;
  options: Record<string, unknown>;
}

export const defaultOptions = {
  historyDays: 90,
  createLists: true,
  listMap: {},
  collectEngagement: true,
  consent: 'explicit',
  metricSuffix: '(Constant Contact)',
};

const connectedAt = new Date().toISOString();

/** The two endpoints of auth that the loader calls. */
export class AuthStub {
  readonly connections = new Map<string, StubbedConnection>();
  /** Private key by target; a missing one is answered as a credential that the owner has to renew. */
  readonly keys = new Map<string, { key: string; generation: number }>();
  private server: Server | undefined;

  async listen(): Promise<string> {
    this.server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        const [status, body] = this.answer(request.method ?? '', request.url ?? '');
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', () => resolve()));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => this.server?.close(() => resolve()) ?? resolve());
  }

  private answer(method: string, url: string): [number, unknown] {
    if (method === 'GET' && url === '/connections')
      return [200, { connections: [...this.connections.values()].map(shown) }];
    const id = /^\/connections\/([^/]+)\/tokens\/klaviyo$/.exec(url)?.[1];
    const credential = this.keys.get(this.connections.get(id ?? '')?.target ?? '');
    if (method !== 'POST' || credential === undefined) return [409, { title: 'Conflict' }];
    const { key, generation } = credential;
    return [200, { accessToken: key, generation, scheme: 'Klaviyo-API-Key', expiresAt: null }];
  }
}

function shown({ id, target, status, options }: StubbedConnection): unknown {
  return {
    id,
    name: id,
    status,
    options,
    createdAt: connectedAt,
    constantContact: { clientId: 'c', accountId: 'a', organization: null, countryCode: 'US' },
    klaviyo: {
      accountId: target,
      organization: null,
      kind: 'private_key',
      usable: status !== 'paused' && status !== 'disconnected',
    },
  };
}
