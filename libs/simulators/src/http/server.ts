import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type Clock } from './clock.js';
import { type ActiveFault, Faults } from './faults.js';
import { Refusal, type SimAnswer, type SimRequest } from './message.js';
import { RequestLog } from './request-log.js';
import { type Route, Router } from './router.js';

export interface SimServerOptions {
  clock: Clock;
  seed: number;
  routes: readonly Route[];
  /** Answers a path or method without a route. */
  notFound: (request: SimRequest) => SimAnswer;
  /** The vendor's 429, for the `throttle` fault. */
  throttled: (retryAfterSeconds: number, request: SimRequest) => SimAnswer;
  /** Runs before each request is handled, faults included. */
  beforeEach?: (request: SimRequest) => void;
  /** Runs after each request was handled and before it is answered. */
  afterEach?: (request: SimRequest) => void;
  /** Paths that faults leave alone and the log leaves out; `/_admin/` by default. */
  adminPrefix?: string;
}

const maximumBody = 64 * 1024 * 1024;

/** A vendor's HTTP server: routes, a request log, and faults on demand. */
export class SimServer {
  readonly faults: Faults;
  readonly log = new RequestLog();
  private readonly router: Router;
  private readonly server: Server;
  private lastId = 0;

  constructor(private readonly options: SimServerOptions) {
    this.faults = new Faults(options.seed);
    this.router = new Router(options.routes);
    this.server = createServer({ keepAliveTimeout: 30_000 }, (incoming, response) => {
      this.serve(incoming, response).catch(() => response.destroy());
    });
  }

  /** Resolves to the base URL, such as `http://127.0.0.1:4011`. */
  async listen(port = 0, host = '127.0.0.1'): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
    return `http://${host}:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await this.read(incoming);
    const started = performance.now();
    const match = this.router.find(request.method, request.path);
    request.endpoint = match === undefined ? `${request.method} (unknown)` : `${request.method} ${match.route.path}`;
    request.params = match?.params ?? {};
    if (request.path.startsWith(this.options.adminPrefix ?? '/_admin/')) {
      this.send(response, await this.answer(request, match?.route));
      return;
    }
    const fault = this.faults.strike(request.endpoint);
    const answer = await this.answerWith(fault, request, match?.route);
    if (answer === undefined) incoming.socket.destroy();
    else this.send(response, answer, fault?.kind === 'truncated');
    this.log.record({
      id: request.id,
      at: request.at,
      method: request.method,
      endpoint: request.endpoint,
      url: request.url,
      status: answer?.status ?? 0,
      milliseconds: Math.round(performance.now() - started),
      ...(request.account === undefined ? {} : { account: request.account }),
      ...(fault === undefined ? {} : { fault: fault.kind }),
    });
  }

  private async answerWith(
    fault: ActiveFault | undefined,
    request: SimRequest,
    route: Route | undefined,
  ): Promise<SimAnswer | undefined> {
    switch (fault?.kind) {
      case 'reset_before':
        return undefined;
      case 'reset_after':
        await this.answer(request, route);
        return undefined;
      case 'status':
        return failure(fault);
      case 'status_after':
        await this.answer(request, route);
        return failure(fault);
      case 'html_403':
        return {
          status: 403,
          headers: { 'content-type': 'text/html' },
          text: '<html><body><h1>403 Forbidden</h1></body></html>',
        };
      case 'throttle':
        return this.options.throttled(fault.retryAfter ?? 1, request);
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? 1000));
        return this.answer(request, route);
      case 'truncated':
      case undefined:
        return this.answer(request, route);
    }
  }

  private async answer(request: SimRequest, route: Route | undefined): Promise<SimAnswer> {
    try {
      this.options.beforeEach?.(request);
      const answer = route === undefined ? this.options.notFound(request) : await route.handle(request);
      this.options.afterEach?.(request);
      return answer;
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return {
        status: 500,
        headers: { 'content-type': 'text/plain' },
        text: `the simulator itself failed: ${message}`,
      };
    }
  }

  private send(response: ServerResponse, answer: SimAnswer, truncated = false): void {
    const json = answer.text === undefined && answer.json !== undefined;
    const body = Buffer.from(answer.text ?? (json ? JSON.stringify(answer.json) : ''));
    const headers: Record<string, string> = {
      ...(json ? { 'content-type': 'application/json' } : {}),
      ...answer.headers,
    };
    if (answer.status !== 204) headers['content-length'] = String(body.length);
    response.writeHead(answer.status, headers);
    if (!truncated) {
      response.end(body.length === 0 ? undefined : body);
      return;
    }
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  }

  private async read(incoming: IncomingMessage): Promise<SimRequest> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maximumBody) throw new Error('body too large');
      chunks.push(chunk);
    }
    const raw = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    const url = incoming.url ?? '/';
    const mark = url.indexOf('?');
    return {
      id: `request-${++this.lastId}`,
      at: this.options.clock.now(),
      method: incoming.method ?? 'GET',
      path: mark < 0 ? url : url.slice(0, mark),
      url,
      query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
      headers: incoming.headers,
      body: incoming.headers['content-encoding'] === 'gzip' && raw.length > 0 ? gunzipSync(raw) : raw,
      params: {},
      endpoint: '',
    };
  }
}

function failure(fault: ActiveFault): SimAnswer {
  const status = fault.status ?? 503;
  return {
    status,
    headers: {
      'content-type': contentType(fault.body),
      ...(fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }),
    },
    text: fault.body ?? `status ${status}`,
  };
}

/** A body that a test gave is sent as what it looks like. */
function contentType(body = ''): string {
  if (/^\s*[[{]/.test(body)) return 'application/json';
  return /^\s*</.test(body) ? 'text/html' : 'text/plain';
}
