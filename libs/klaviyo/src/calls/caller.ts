import { headerOf, type HttpResponse, type Quota, request, withRetry } from '@portage/http';
import { type Clock, isPortageError, PortageError, systemClock } from '@portage/platform';
import { classify } from '../answer/classify.js';
import { type Endpoint, limits, pathOf } from '../endpoint.js';
import { quotaOf } from '../pacing/quota.js';
import { limitsSeen } from '../pacing/rate-headers.js';
import { type Call } from './call.js';
import { type KlaviyoCredential, type KlaviyoOptions } from './options.js';

/** Waits up to here are done inside; longer ones are the caller's business, since they would hold up everyone behind. */
const longestWaitMs = 60_000;
/** How soon a process hears of limits that another one was told of. */
const askAgainMs = 60_000;
const windows = ['perSecond', 'perMinute', 'perDay'] as const;
const retries = { attempts: 6, baseMs: 500, capMs: 20_000 };

/** Sends calls: paced, authorised, classified, repeated where that is harmless. */
export class Caller {
  private readonly clock: Clock;
  /** Limits that answers have named, to this process or another one. */
  private readonly seen = new Map<Endpoint, { readonly limits: Quota; readonly askedAt: number }>();

  constructor(private readonly options: KlaviyoOptions) {
    this.clock = options.clock ?? systemClock;
  }

  /**
   * @returns a successful answer
   * @throws PortageError as the classification table says; `details.sent` is true when a failed call may have been carried out
   */
  async send(call: Call): Promise<HttpResponse> {
    const signal = anyOf(this.options.signal, call.signal);
    try {
      return await withRetry(
        async () => {
          try {
            return await this.authorised(call, signal);
          } catch (error) {
            throw mayRepeat(call, error) ? error : new Final(error);
          }
        },
        { ...retries, ...(signal ? { signal } : {}) },
      );
    } catch (error) {
      throw error instanceof Final ? error.cause : error;
    }
  }

  /** One newer credential per call: a second refusal is the owner's to solve. */
  private async authorised(call: Call, signal: AbortSignal | undefined): Promise<HttpResponse> {
    const credential = await this.options.credential(signal);
    try {
      return await this.exchange(call, credential, signal);
    } catch (error) {
      if (!isPortageError(error) || error.code !== 'klaviyo.unauthorized') throw error;
      const newer = await this.options.refreshCredential(credential.generation, signal);
      if (newer.generation === credential.generation) throw error;
      return await this.exchange(call, newer, signal);
    }
  }

  private async exchange(call: Call, credential: KlaviyoCredential, signal: AbortSignal | undefined) {
    const { endpoint } = call;
    const key = `klaviyo:${this.options.accountId}:${endpoint}`;
    // Invariant 9: paced below the vendor's limits before anything is sent.
    const quota = quotaOf(limits[endpoint], this.options.limitScale, await this.seenLimits(key, endpoint));
    await this.options.budget.take(key, quota, signal ? { signal } : {});
    if (call.sendBefore !== undefined && this.clock.now() > call.sendBefore) throw tooLate(endpoint);
    await call.beforeSend?.();
    this.options.onCall?.(endpoint, 1);
    const response = await this.request(call, credential, signal);
    await this.learn(key, endpoint, limitsSeen(headerOf(response, 'ratelimit-limit')));
    const error = classify(endpoint, response);
    if (error === null) return response;
    if (error.disposition === 'throttle') await this.slowDown(key, endpoint, error.retryAfterMs ?? 1000);
    throw error;
  }

  private async request(call: Call, credential: KlaviyoCredential, signal: AbortSignal | undefined) {
    const { endpoint, query, body } = call;
    const search = query ? `?${new URLSearchParams(query).toString()}` : '';
    try {
      return await request({
        method: endpoint.slice(0, endpoint.indexOf(' ')) as 'GET' | 'POST' | 'PATCH' | 'DELETE',
        url: `${this.options.baseUrl}${pathOf(endpoint, call.id)}${search}`,
        headers: {
          authorization: `${credential.scheme} ${credential.token}`,
          revision: this.options.revision,
          accept: 'application/vnd.api+json',
          ...(body ? { 'content-type': 'application/vnd.api+json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        timeoutMs: this.options.timeoutMs ?? 30_000,
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      throw isPortageError(error) ? unanswered(endpoint, error) : error;
    }
  }

  private async seenLimits(key: string, endpoint: Endpoint): Promise<Quota> {
    if (this.options.limitScale === 0) return {};
    const known = this.seen.get(endpoint);
    const now = this.clock.now();
    if (known && now - known.askedAt < askAgainMs) return known.limits;
    const learned = await this.options.budget.learned(key);
    this.seen.set(endpoint, { limits: learned, askedAt: now });
    return learned;
  }

  /** The account's tier can be lower than the published limits; answers say so, a 429 does not carry the header. */
  private async learn(key: string, endpoint: Endpoint, limits: Quota): Promise<void> {
    if (this.options.limitScale === 0) return;
    const { limits: before, askedAt } = this.seen.get(endpoint) ?? { limits: {}, askedAt: 0 };
    const news = windows.some((window) => limits[window] !== undefined && limits[window] !== before[window]);
    if (!news) return;
    this.seen.set(endpoint, { limits: { ...before, ...limits }, askedAt });
    // The request is done: whether others hear of its limits must not change what came of it.
    await this.options.budget.learn(key, limits).catch(() => undefined);
  }

  /** Coming back early is always refused again, so everyone who spends from this budget waits. */
  private async slowDown(key: string, endpoint: Endpoint, ms: number): Promise<void> {
    if (this.options.limitScale === 0) return;
    if (ms <= longestWaitMs) await this.options.budget.hold(key, ms);
    else if (limits[endpoint].perDay !== undefined) await this.options.budget.spendDay(key);
  }
}

/** Carries an error past the retries. */
class Final extends Error {
  constructor(cause: unknown) {
    super('not to be repeated', { cause });
  }
}

function mayRepeat(call: Call, error: unknown): boolean {
  if (!isPortageError(error)) return false;
  if (error.disposition === 'throttle')
    return (error.retryAfterMs ?? 0) <= longestWaitMs && error.code !== 'budget.day_spent';
  if (error.disposition !== 'retry' || error.code === 'klaviyo.too_late') return false;
  return call.repeat === 'safe' || error.details['sent'] === false;
}

function unanswered(endpoint: Endpoint, cause: PortageError): PortageError {
  return new PortageError({
    code: 'klaviyo.unanswered',
    disposition: 'retry',
    message: 'Klaviyo gave no answer.',
    cause,
    details: { endpoint, sent: cause.details['sent'] !== false },
  });
}

function tooLate(endpoint: Endpoint): PortageError {
  return new PortageError({
    code: 'klaviyo.too_late',
    disposition: 'retry',
    message: 'The moment up to which this request made sense passed before it could be sent.',
    details: { endpoint, sent: false },
  });
}

function anyOf(a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined {
  return a && b ? AbortSignal.any([a, b]) : (a ?? b);
}
