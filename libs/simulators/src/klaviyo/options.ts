import { type Clock } from '../http/index.js';

/** Shortest and longest, in milliseconds of the real vendor; divided by the speed. */
export type Delay = readonly [number, number];

export interface Delays {
  /** From acceptance to `processing`. */
  importStart: Delay;
  /** From `processing` to `complete`. */
  importRun: Delay;
  subscribe: Delay;
  unsubscribe: Delay;
  suppress: Delay;
  /** One event. */
  event: Delay;
  /** A bulk request of events. */
  events: Delay;
}

/** What was seen of the vendor. */
export const vendorDelays: Delays = {
  importStart: [1_000, 5_000],
  importRun: [5_000, 40_000],
  subscribe: [60_000, 150_000],
  unsubscribe: [60_000, 150_000],
  suppress: [10_000, 60_000],
  event: [1_000, 10_000],
  events: [60_000, 180_000],
};

interface KeyOption {
  key: string;
  /** Such as `profiles:read`; absent: full access. */
  scopes?: readonly string[];
}

export interface OAuthClientOption {
  id: string;
  secret: string;
  /** Exact; absent: any. */
  redirectUris?: readonly string[];
}

export interface AccountOption {
  id: string;
  name: string;
  keys: readonly KeyOption[];
  /** How people are subscribed without list and without historical import; the vendor's default is double. */
  optIn?: 'single_opt_in' | 'double_opt_in';
}

export interface KlaviyoOptions {
  /** 0 or absent: a free one. */
  port?: number;
  host?: string;
  /** Multiplies limits, divides delays. */
  speed?: number;
  seed?: number;
  accounts: readonly AccountOption[];
  oauthClients?: readonly OAuthClientOption[];
  /** False: no request is throttled, and no rate headers are sent. */
  limits?: boolean;
  /** Seconds an access token lives. */
  tokenLifeSeconds?: number;
  /** True: a refresh answers a new refresh token and kills the old one. */
  rotateRefreshTokens?: boolean;
  delays?: Partial<Delays> | 'none';
  /** Where the state is kept across a kill; absent: in memory only. */
  stateFile?: string;
  clock?: Clock;
}

export const revision = '2026-07-15';

export function resolveDelays(given: KlaviyoOptions['delays']): Delays {
  if (given !== 'none') return { ...vendorDelays, ...given };
  const none: Delay = [0, 0];
  return {
    importStart: none,
    importRun: none,
    subscribe: none,
    unsubscribe: none,
    suppress: none,
    event: none,
    events: none,
  };
}
