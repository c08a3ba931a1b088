import { quotaExceeded, throttled } from './errors.js';
import { type Limits } from './options.js';

export interface LimitFigures {
  readonly calls: number;
  readonly today: number;
  /** Most calls that came within any sliding second, refused ones included. */
  readonly mostInASecond: number;
  readonly throttled: number;
  readonly quotaExceeded: number;
  readonly tokenCalls: number;
  readonly tokensThrottled: number;
}

interface Client {
  /** Times of the calls let through in the last second. */
  admitted: number[];
  /** Times of all calls in the last second. */
  arrived: number[];
  tokens: number[];
  day: number;
  figures: { -readonly [name in keyof LimitFigures]: number };
}

const SECOND = 1000;
const DAY = 86_400_000;

/** The quota of each client id, over all accounts that authorised it. Answers carry no header that tells of it. */
export class RateLimits {
  private readonly clients = new Map<string, Client>();
  enabled: boolean;

  /** `undefined` is no limit at all. */
  constructor(private readonly limits: Limits | undefined) {
    this.enabled = limits !== undefined;
  }

  /** Counts a call to the API; throws the vendor's 429 where there is no room. */
  take(clientId: string, now: number): void {
    const client = this.client(clientId, now);
    const { figures } = client;
    figures.calls += 1;
    // Refused calls count for the day too: nobody promises otherwise.
    figures.today += 1;
    client.arrived = slide(client.arrived, now);
    client.arrived.push(now);
    figures.mostInASecond = Math.max(figures.mostInASecond, client.arrived.length);
    if (!this.enabled || this.limits === undefined) return;
    if (figures.today > this.limits.perDay) {
      figures.quotaExceeded += 1;
      throw quotaExceeded();
    }
    client.admitted = slide(client.admitted, now);
    if (client.admitted.length >= this.limits.perSecond) {
      figures.throttled += 1;
      throw throttled();
    }
    client.admitted.push(now);
  }

  takeToken(clientId: string, now: number): void {
    const client = this.client(clientId, now);
    client.figures.tokenCalls += 1;
    client.tokens = slide(client.tokens, now);
    if (this.enabled && this.limits !== undefined && client.tokens.length >= this.limits.tokensPerSecond) {
      client.figures.tokensThrottled += 1;
      throw throttled();
    }
    client.tokens.push(now);
  }

  figures(): Record<string, LimitFigures> {
    return Object.fromEntries([...this.clients].map(([id, { figures }]) => [id, { ...figures }]));
  }

  /** Takes calls of today from the client's day, as if made before. */
  spend(clientId: string, calls: number, now: number): void {
    this.client(clientId, now).figures.today += calls;
  }

  reset(): void {
    this.clients.clear();
  }

  private client(id: string, now: number): Client {
    const day = Math.floor(now / DAY);
    let client = this.clients.get(id);
    if (client === undefined) {
      client = { admitted: [], arrived: [], tokens: [], day, figures: { ...NOTHING } };
      this.clients.set(id, client);
    }
    if (client.day !== day) {
      client.day = day;
      client.figures.today = 0;
    }
    return client;
  }
}

const NOTHING: LimitFigures = {
  calls: 0,
  today: 0,
  mostInASecond: 0,
  throttled: 0,
  quotaExceeded: 0,
  tokenCalls: 0,
  tokensThrottled: 0,
};

function slide(times: readonly number[], now: number): number[] {
  return times.filter((time) => time > now - SECOND);
}
