import { type Secret } from '@portage/platform';

export const providers = ['constant-contact', 'klaviyo'] as const;
export type Provider = (typeof providers)[number];

/** As people call them. */
export const vendorNames = { 'constant-contact': 'Constant Contact', klaviyo: 'Klaviyo' } as const;

/**
 * - `awaiting`: the owner has not consented yet.
 * - `ready`: usable.
 * - `rejected`: the vendor does not accept it any more; the owner must act.
 * - `destroyed`: wiped on disconnecting.
 */
export type CredentialState = 'awaiting' | 'ready' | 'rejected' | 'destroyed';

/** One side of a connection, secrets opened. Seconds are counted on the database's clock, which all replicas share. */
export interface Credential {
  readonly connectionId: string;
  readonly provider: Provider;
  readonly kind: 'oauth' | 'private_key';
  readonly state: CredentialState;
  readonly reason: string | null;
  readonly clientId: string | null;
  readonly clientSecret: Secret | null;
  readonly privateKey: Secret | null;
  readonly accessToken: Secret | null;
  readonly refreshToken: Secret | null;
  readonly generation: number;
  readonly expiresAt: Date | null;
  readonly remainingSeconds: number;
  readonly lifeSeconds: number;
  /** Seconds until the next exchange may be tried after a failed one; zero or less: now. */
  readonly retryInSeconds: number;
  readonly failures: number;
  readonly connection: {
    readonly paused: boolean;
    readonly disconnected: boolean;
    /** Null until the owner has connected Klaviyo by OAuth. */
    readonly targetAccountId: string | null;
  };
}

/** What the token endpoint answered, ready to be stored. */
export interface NewTokens {
  readonly accessToken: Secret;
  /** Undefined: the present one stays (a long-lived one may not be repeated). */
  readonly refreshToken: Secret | undefined;
  readonly lifeSeconds: number;
}
