import { FixedWindows, type SimAnswer, type Window } from '../../http/index.js';
import { throttledAnswer } from '../jsonapi/errors.js';

export interface EndpointLimits {
  burst?: number;
  steady?: number;
  daily?: number;
}

const day = 24 * 60 * 60;

/** Fixed windows per quota (an account's keys together, or one install of an app) and endpoint. */
export class RateLimits {
  private readonly windows = new Map<string, FixedWindows>();

  constructor(
    private readonly speed: number,
    public enabled: boolean,
  ) {}

  /** The 429, or the headers of whatever will be answered. */
  take(quota: string, bucket: string, limits: EndpointLimits, now: number): SimAnswer | Record<string, string> {
    if (!this.enabled) return {};
    const windows = this.of(`${quota} ${bucket}`, limits);
    const admission = windows.take(now);
    if (!admission.admitted) {
      const seconds = Math.max(1, Math.ceil(admission.resetMs / 1000));
      // Coming back early is refused again, even where a shorter window would have room.
      windows.closeUntil(now + seconds * 1000);
      return throttledAnswer(seconds);
    }
    const tiers = windows.windows.map((window) => `${window.limit};w=${window.seconds}`).join(', ');
    return {
      'ratelimit-limit': `${admission.limit}, ${tiers}`,
      'ratelimit-remaining': String(admission.remaining),
      // Whole seconds that will have passed: 0 within the last one.
      'ratelimit-reset': String(Math.max(0, Math.ceil(admission.resetMs / 1000) - 1)),
    };
  }

  /** Refuses an endpoint of a quota for so long. */
  close(quota: string, bucket: string, limits: EndpointLimits, until: number): void {
    this.of(`${quota} ${bucket}`, limits).closeUntil(until);
  }

  clear(): void {
    this.windows.clear();
  }

  private of(key: string, limits: EndpointLimits): FixedWindows {
    let windows = this.windows.get(key);
    if (windows === undefined) {
      windows = new FixedWindows(this.scaled(limits));
      this.windows.set(key, windows);
    }
    return windows;
  }

  private scaled({ burst, steady, daily }: EndpointLimits): Window[] {
    const published: [number, number | undefined][] = [
      [1, burst],
      [60, steady],
      [day, daily],
    ];
    return published.flatMap(([seconds, limit]) =>
      limit === undefined ? [] : [{ seconds, limit: Math.max(1, Math.floor(limit * this.speed)) }],
    );
  }
}
