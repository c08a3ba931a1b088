import { type Budget, type HttpResponse, jsonOf, type Quota, request, withRetry } from '@portage/http';
import { type Clock, isPortageError, PortageError, systemClock } from '@portage/platform';
import { classify, type Resolution } from './classification.js';
import { type Endpoint } from './endpoint.js';

export interface AccessToken {
  readonly value: string;
  /** Counts the connection's tokens: names the one that was refused. */
  readonly generation: number;
}

/** Where access tokens come from. */
export interface Tokens {
  /** @param rejectedGeneration  the vendor refused this one, so a newer one is wanted */
  get(signal: AbortSignal, rejectedGeneration?: number): Promise<AccessToken>;
}

export interface ClientOptions {
  /** Origin of the API, without `/v3`. */
  readonly origin: string;
  readonly tokens: Tokens;
  readonly budget: Pick<Budget, 'take' | 'hold' | 'spendDay'>;
  /** One budget per client id: connections that share an application share its quota. */
  readonly budgetKey: string;
  readonly quota: Quota;
  /** Called for every request that is sent, retries included. */
  readonly onCall: (endpoint: string) => void;
  /** Called for every request that brought nothing: unanswered, or answered with anything but what was asked for. */
  readonly onWaste: (endpoint: string) => void;
  readonly attempts?: number;
  readonly clock?: Clock;
}

export interface GetOptions {
  readonly signal: AbortSignal;
  /** Share of the day's calls (0 to 1) that this call must leave to more important work. */
  readonly reserve?: number;
}

/** One page as it came. */
export interface Page {
  readonly body: unknown;
  /** Where it was asked for; the base for its next link. */
  readonly url: string;
  /** When it was asked for: its content is at least this new. */
  readonly observedAt: number;
}

/** Reads from one Constant Contact account: paced, retried, each failure turned into its disposition. */
export class ConstantContactClient {
  constructor(private readonly options: ClientOptions) {}

  /**
   * @param link  a next link of an earlier page, followed as is instead of the endpoint's own path
   * @throws PortageError with a code of the classification table (`constant_contact.cursor_expired`: begin the walk again), or of
   *   the token source, or `budget.day_spent` (throttle)
   */
  async get(endpoint: Endpoint, { signal, reserve }: GetOptions, link?: string): Promise<Page> {
    const url = new URL(link ?? endpoint.path, this.options.origin).href;
    const outcome = await withRetry(
      () => this.#attempt(endpoint, { url, followed: link !== undefined }, signal, reserve ?? 0),
      {
        attempts: this.options.attempts ?? 6,
        baseMs: 250,
        capMs: 15_000,
        signal,
      },
    );
    if (outcome instanceof Final) throw outcome.error;
    return outcome;
  }

  async #attempt(endpoint: Endpoint, target: Target, signal: AbortSignal, reserve: number): Promise<Page | Final> {
    const { tokens } = this.options;
    const token = await tokens.get(signal);
    const first = await this.#send(endpoint, target, token, { signal, reserve });
    if (first instanceof Final || first.resolution?.disposition !== 'reauthorize') return this.#judge(endpoint, first);
    const renewed = await tokens.get(signal, token.generation);
    return this.#judge(endpoint, await this.#send(endpoint, target, renewed, { signal, reserve }));
  }

  async #send(
    endpoint: Endpoint,
    { url, followed }: Target,
    token: AccessToken,
    { signal, reserve }: { signal: AbortSignal; reserve: number },
  ): Promise<Answered | Final> {
    const { budget, budgetKey, quota, onCall, onWaste } = this.options;
    try {
      await budget.take(budgetKey, quota, { signal, reserve });
    } catch (error) {
      // A spent day is no failure to wait out here: whoever runs the pass parks it.
      if (isPortageError(error) && error.code === 'budget.day_spent') return new Final(error);
      throw error;
    }
    onCall(endpoint.name);
    const observedAt = Date.now();
    const headers = { authorization: `Bearer ${token.value}`, accept: 'application/json' };
    try {
      const response = await request({ method: 'GET', url, headers, signal });
      const body = jsonOf(response);
      const resolution = classify({ status: response.status, body, followed });
      // That the vendor does not know something is an answer too.
      if (resolution && resolution.disposition !== 'skip') onWaste(endpoint.name);
      return { page: { body, url, observedAt }, response, resolution };
    } catch (error) {
      onWaste(endpoint.name);
      throw error;
    }
  }

  async #judge(endpoint: Endpoint, answered: Answered | Final): Promise<Page | Final> {
    if (answered instanceof Final) return answered;
    const { page, response, resolution } = answered;
    if (!resolution) return page;
    const error = errorOf(endpoint, response, resolution);
    if (resolution.code === 'constant_contact.quota_exceeded') return this.#daySpent(error);
    if (resolution.code === 'constant_contact.cursor_expired') return new Final(error);
    if (resolution.code === 'constant_contact.throttled')
      await this.options.budget.hold(this.options.budgetKey, error.retryAfterMs ?? 1000);
    throw error;
  }

  /** The vendor's day may end some minutes after ours: to mark the day that has just begun would throw it away. */
  async #daySpent(error: PortageError): Promise<Final> {
    const { budget, budgetKey, clock = systemClock } = this.options;
    if (clock.now() % DAY_MS < GRACE_MS) {
      await budget.hold(budgetKey, LINGER_MS);
      throw new PortageError({
        code: 'constant_contact.quota_lingers',
        disposition: 'throttle',
        message: "Constant Contact has not begun the new day's calls yet; it is asked again in some minutes.",
        retryAfterMs: LINGER_MS,
      });
    }
    await budget.spendDay(budgetKey);
    return new Final(error);
  }
}

const DAY_MS = 86_400_000;
/** So long after 00:00 UTC a spent day may be the one before. */
const GRACE_MS = 15 * 60_000;
const LINGER_MS = 3 * 60_000;

interface Answered {
  readonly page: Page;
  readonly response: HttpResponse;
  readonly resolution: Resolution | undefined;
}

interface Target {
  readonly url: string;
  readonly followed: boolean;
}

/** A result and not an exception, so that retrying stops at it. */
class Final {
  constructor(readonly error: PortageError) {}
}

/** True for both ways of learning it: our own count, and the vendor's answer. */
export function isDaySpent(error: unknown): boolean {
  return (
    isPortageError(error) && (error.code === 'budget.day_spent' || error.code === 'constant_contact.quota_exceeded')
  );
}

/** True when a walk has to begin again, because its next link is not known any more. */
export function isCursorExpired(error: unknown): boolean {
  return isPortageError(error) && error.code === 'constant_contact.cursor_expired';
}

function errorOf(endpoint: Endpoint, { status, headers }: HttpResponse, resolution: Resolution): PortageError {
  const trace = headers['x-amzn-requestid'] ?? headers['x-eig-tracking-id'];
  return new PortageError({
    ...resolution,
    details: { endpoint: endpoint.name, status, ...(typeof trace === 'string' ? { trace } : {}) },
    // The vendor names no time to wait; its second is over after one to two.
    ...(resolution.code === 'constant_contact.throttled' ? { retryAfterMs: 1000 + Math.random() * 1000 } : {}),
  });
}
