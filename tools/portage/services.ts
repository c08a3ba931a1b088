import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type HttpResponse, jsonOf, request } from '@portage/http';
import { isPortageError, PortageError, sleep } from '@portage/platform';
import { homeOf } from '../stack/home.js';

export type ServiceName = 'auth' | 'poller' | 'loader';

const upFile = z.object({
  auth: z.string(),
  auths: z.array(z.string()),
  pollers: z.array(z.string()),
  loaders: z.array(z.string()),
});

/** A service that is being restarted is waited for. */
const longPatienceMs = 120_000;

/**
 * The three services as the command line reaches them: those of a running `up` of this home, else those that
 * AUTH_URL, POLLER_URL and LOADER_URL name. Addresses are looked up for every call, because a restart may change them.
 */
export class Services {
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly say: (line: string) => void,
    /** How long a service may leave a call without an answer before `cli.unreachable` is thrown. */
    private readonly patienceMs = longPatienceMs,
  ) {}

  async get<T>(service: ServiceName, path: string, schema: z.ZodType<T>): Promise<T> {
    return this.#call(service, 'GET', path, schema);
  }

  async post<T>(service: ServiceName, path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.#call(service, 'POST', path, schema, body);
  }

  /** Repeats until the service answers. */
  async #call<T>(
    service: ServiceName,
    method: 'GET' | 'POST',
    path: string,
    schema: z.ZodType<T>,
    body?: unknown,
  ): Promise<T> {
    let deadline: number | undefined;
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#send(service, method, path, { body, attempt });
      if (answer !== undefined && answer.status < 500) return read(answer, schema);
      if (deadline === undefined) this.say(`waiting for ${service} ...`);
      // From the first failure on: a read-back may well have worked for minutes before its service was killed.
      deadline ??= Date.now() + this.patienceMs;
      if (Date.now() > deadline) throw unreachable(service, this.patienceMs);
      await sleep(1000);
    }
  }

  async #send(
    service: ServiceName,
    method: 'GET' | 'POST',
    path: string,
    options: { body: unknown; attempt: number },
  ): Promise<HttpResponse | undefined> {
    const urls = await this.#urls(service);
    const url = urls[options.attempt % Math.max(1, urls.length)];
    if (url === undefined) return undefined;
    const token = await this.#adminToken();
    try {
      return await request({
        method,
        url: url + path,
        headers: {
          authorization: `Bearer ${token}`,
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
        timeoutMs: 600_000,
      });
    } catch (error) {
      if (isPortageError(error) && error.code === 'http.unanswered') return undefined;
      throw error;
    }
  }

  async #urls(service: ServiceName): Promise<string[]> {
    const named = this.env[`${service.toUpperCase()}_URL`];
    if (named) return [named.replace(/\/+$/, '')];
    const up = await this.#upFile();
    if (up === undefined) {
      const port = this.env[`${service.toUpperCase()}_PORT`] ?? { auth: 3001, poller: 3002, loader: 3003 }[service];
      return [`http://127.0.0.1:${port}`];
    }
    return service === 'auth' ? up.auths : up[`${service}s`];
  }

  async #upFile(): Promise<z.infer<typeof upFile> | undefined> {
    const text = await readFile(join(this.#home(), 'up.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : upFile.parse(JSON.parse(text));
  }

  async #adminToken(): Promise<string> {
    const given = this.env['PORTAGE_ADMIN_TOKEN']?.split(',')[0]?.trim();
    if (given) return given;
    const secrets = await readFile(join(this.#home(), 'secrets.env'), 'utf8').catch(() => '');
    const token = /^PORTAGE_ADMIN_TOKEN=(.+)$/m.exec(secrets)?.[1]?.split(',')[0]?.trim();
    if (token) return token;
    throw new PortageError({
      code: 'cli.no_token',
      disposition: 'halt',
      message: 'No admin token: set PORTAGE_ADMIN_TOKEN, or set PORTAGE_HOME to the home of a running "npm run up".',
    });
  }

  #home(): string {
    return homeOf(this.env);
  }
}

function read<T>(answer: HttpResponse, schema: z.ZodType<T>): T {
  const body = jsonOf(answer);
  if (answer.status >= 400) throw refused(answer.status, body);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new PortageError({
    code: 'cli.unexpected_answer',
    disposition: 'halt',
    message:
      'A service answered something else than expected: the command line and the services are of different versions.',
  });
}

function refused(status: number, body: unknown): PortageError {
  const detail = (body as { detail?: unknown } | undefined)?.detail;
  const sentences: Record<number, string> = {
    401: 'The admin token is not accepted: check PORTAGE_ADMIN_TOKEN.',
    403: 'This token may not do that: an admin token is needed.',
  };
  const otherwise: Record<number, string> = { 404: 'There is no such connection.' };
  return new PortageError({
    code: 'cli.refused',
    disposition: 'halt',
    message:
      sentences[status] ??
      (typeof detail === 'string' ? detail : (otherwise[status] ?? `The service answered ${status}.`)),
    details: { status },
  });
}

function unreachable(service: ServiceName, patienceMs: number): PortageError {
  return new PortageError({
    code: 'cli.unreachable',
    disposition: 'retry',
    message: `The ${service} service has not answered for ${Math.ceil(patienceMs / 1000)} seconds: start Portage with "npm run up", or set ${service.toUpperCase()}_URL.`,
  });
}
