import { adminToken, serviceToken } from './auth-service.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Tests look into answers of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

interface Call {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function call(method: string, url: string, { token, body, headers }: Call = {}): Promise<Answer> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const json: unknown = isJson && text ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}

export const asAdmin = (method: string, url: string, body?: unknown): Promise<Answer> =>
  call(method, url, { token: adminToken, body });

export const asService = (method: string, url: string, body?: unknown): Promise<Answer> =>
  call(method, url, { token: serviceToken, body });

/** A browser with one drawer of cookies; it follows nothing by itself. */
export class Browser {
  readonly cookies = new Map<string, string>();

  async open(url: string): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await call('GET', url, { headers: cookie ? { cookie } : {} });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (/expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }

  /** Opens a link and follows redirects to the page at their end. */
  async follow(url: string): Promise<Answer> {
    const answer = await this.open(url);
    const location = answer.headers.get('location');
    return location === null ? answer : this.follow(location);
  }
}
