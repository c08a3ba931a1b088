import { type Account } from '../account/index.js';
import { type Clock } from '../http/index.js';

export interface Application {
  readonly clientId: string;
  readonly clientSecret: string;
  /** A redirect must equal one of these to the letter. */
  readonly redirectUris: readonly string[];
  /** Whether a refresh token works once or until it is 180 days unused. */
  readonly tokenType: 'rotating' | 'long_lived';
}

export interface Limits {
  /** Calls of one client id in any sliding second. */
  readonly perSecond: number;
  /** Calls of one client id in a day that starts at 00:00 UTC. */
  readonly perDay: number;
  /** Calls of one client id to the token endpoint in any sliding second. */
  readonly tokensPerSecond: number;
}

export const VENDOR_LIMITS: Limits = { perSecond: 4, perDay: 10_000, tokensPerSecond: 1 };

export interface ConstantContactOptions {
  /** Free one if absent. */
  readonly port?: number;
  readonly host?: string;
  /** Multiplies the limits and divides the delays; 1 is the vendor's pace. */
  readonly speed?: number;
  readonly seed?: number;
  readonly applications: readonly Application[];
  /** Ready-made, or made only when the state file has none of that run. */
  readonly accounts: readonly Account[] | (() => readonly Account[]);
  /** At the vendor's pace, before `speed`; `false` switches all limits off. */
  readonly limits?: Partial<Limits> | false;
  /** Grants every authorisation for this account at once, without showing a page. */
  readonly autoConsent?: string;
  /** Accounts and tokens are kept here, so that a restart goes on where a kill stopped. */
  readonly stateFile?: string;
  readonly clock?: Clock;
  /** Whether cursors of contacts keep `include`; they do by default, and nobody promises it. */
  readonly cursorsInclude?: boolean;
  /** A contact's included part that is empty is an empty array (the default), or left out. */
  readonly emptyParts?: 'empty' | 'left_out';
  /** How long statistics trail the rows at the vendor's pace; five minutes by default. */
  readonly statisticsLagMs?: number;
  /** Lifetime of an access token, 24 h by default; `speed` leaves it alone. */
  readonly accessTokenSeconds?: number;
  /** Statistics name `em_opens_all` (the description) or `em_opens.all` (the guide); `mixed` alternates, the default. */
  readonly statisticsKeys?: 'underscored' | 'dotted' | 'mixed';
  /** An activity without statistics is `listed` as an error, or makes the `whole` call a 404; `mixed` alternates, the default. */
  readonly statisticsErrors?: 'listed' | 'whole' | 'mixed';
}
