import { ManualClock } from '../http/index.js';
import { problemsOf } from './contract/shape.js';
import { answers } from './generated/answers.js';
import { contract } from './generated/contract.js';
import { type KlaviyoOptions } from './options.js';
import { type KlaviyoSimulator, startKlaviyo } from './simulator.js';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // The specs look into answers of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  json: any;
}

/** Calls a simulator over HTTP as an independent client would, and holds every answer against the published shape. */
export class TestClient {
  headers: Record<string, string> = {
    authorization: 'Klaviyo-API-Key pk_test',
    revision: '2026-07-15',
    'content-type': 'application/vnd.api+json',
  };

  private constructor(
    readonly simulator: KlaviyoSimulator,
    readonly clock: ManualClock,
  ) {}

  static async start(options: Partial<KlaviyoOptions> = {}): Promise<TestClient> {
    const clock = new ManualClock(Date.UTC(2026, 10, 1));
    const simulator = await startKlaviyo({
      accounts: [{ id: 'AcctA1', name: 'Shop', keys: [{ key: 'pk_test' }] }],
      limits: false,
      delays: 'none',
      clock,
      ...options,
    });
    return new TestClient(simulator, clock);
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.call('POST', path, body);
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const url = path.startsWith('http') ? path : this.simulator.url + path;
    const response = await fetch(url, {
      method,
      headers: this.headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json: unknown = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined;
    if (response.status < 300 && !/[?&]fields\[/.test(url))
      this.checkShape(method, new URL(url).pathname, response.status, json);
    return { status: response.status, headers: response.headers, text, json };
  }

  /** The person as the API shows it. */
  async person(email: string): Promise<Answer['json']> {
    const filter = encodeURIComponent(`equals(email,"${email}")`);
    const answer = await this.get(`/api/profiles?filter=${filter}&additional-fields[profile]=subscriptions`);
    const { data } = answer.json as { data: unknown[] };
    return data[0];
  }

  /** What the API shows of a person's e-mail marketing. */
  async marketing(email: string): Promise<Answer['json']> {
    const person = (await this.person(email)) as { attributes: { subscriptions: { email: { marketing: unknown } } } };
    return person.attributes.subscriptions.email.marketing;
  }

  stop(): Promise<void> {
    return this.simulator.stop();
  }

  private checkShape(method: string, path: string, status: number, json: unknown): void {
    const parts = path.replace(/\/$/, '').split('/');
    const endpoint = Object.keys(contract).find((each) => {
      const [itsMethod, itsPath = ''] = each.split(' ');
      const itsParts = itsPath.split('/');
      return (
        itsMethod === method &&
        itsParts.length === parts.length &&
        itsParts.every((part, at) => part.startsWith('{') || part === parts[at])
      );
    });
    const shape = endpoint === undefined ? undefined : answers[endpoint]?.[status];
    if (endpoint === undefined) return;
    if (shape === undefined) throw new Error(`${endpoint} answered ${status}, which is not described`);
    if (shape === 'none') return;
    const problems = problemsOf(json, shape).filter(
      (each) => !(each.pointer.startsWith('/links/') && each.kind === 'wrong'),
    );
    if (problems.length > 0)
      throw new Error(`${endpoint} answered another shape: ${JSON.stringify(problems.slice(0, 5))}`);
  }
}

export function row(email: string, attributes: Record<string, unknown> = {}, meta?: unknown): unknown {
  return { type: 'profile', attributes: { email, ...attributes }, ...(meta === undefined ? {} : { meta }) };
}

export function importBody(rows: unknown[], list?: string): unknown {
  return {
    data: {
      type: 'profile-bulk-import-job',
      attributes: { profiles: { data: rows } },
      ...(list === undefined ? {} : { relationships: { lists: { data: [{ type: 'list', id: list }] } } }),
    },
  };
}

export function subscribeBody(rows: [string, string?][], more: { historical?: boolean; list?: string } = {}): unknown {
  const { historical, list } = more;
  return {
    data: {
      type: 'profile-subscription-bulk-create-job',
      attributes: {
        profiles: {
          data: rows.map(([email, at]) => {
            const marketing = { consent: 'SUBSCRIBED', ...(at === undefined ? {} : { consented_at: at }) };
            return row(email, { subscriptions: { email: { marketing } } });
          }),
        },
        ...(historical === undefined ? {} : { historical_import: historical }),
      },
      ...(list === undefined ? {} : { relationships: { list: { data: { type: 'list', id: list } } } }),
    },
  };
}

export function unsubscribeBody(emails: string[], list?: string): unknown {
  return {
    data: {
      type: 'profile-subscription-bulk-delete-job',
      attributes: {
        profiles: {
          data: emails.map((email) =>
            row(email, { subscriptions: { email: { marketing: { consent: 'UNSUBSCRIBED' } } } }),
          ),
        },
      },
      ...(list === undefined ? {} : { relationships: { list: { data: { type: 'list', id: list } } } }),
    },
  };
}

export function suppressBody(emails: string[], kind = 'create'): unknown {
  return {
    data: {
      type: `profile-suppression-bulk-${kind}-job`,
      attributes: { profiles: { data: emails.map((email) => row(email)) } },
    },
  };
}

export interface TestEvent {
  email?: string;
  metric?: string;
  uniqueId?: string;
  time?: unknown;
  properties?: Record<string, unknown>;
  profile?: Record<string, unknown>;
}

export function eventsBody(events: TestEvent[]): unknown {
  return {
    data: {
      type: 'event-bulk-create-job',
      attributes: {
        'events-bulk-create': {
          data: events.map((event) => ({
            type: 'event-bulk-create',
            attributes: {
              backfill: true,
              profile: { data: row(event.email ?? 'a@shop.io', event.profile) },
              events: {
                data: [
                  {
                    type: 'event',
                    attributes: {
                      properties: event.properties ?? {},
                      time: event.time ?? '2026-01-01T00:00:00Z',
                      metric: { data: { type: 'metric', attributes: { name: event.metric ?? 'Opened' } } },
                      ...(event.uniqueId === undefined ? {} : { unique_id: event.uniqueId }),
                    },
                  },
                ],
              },
            },
          })),
        },
      },
    },
  };
}
