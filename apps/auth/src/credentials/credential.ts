import { type Secret } from '@portage/platform';
import { type CredentialState } from '../connections/connection.js';

export const providers = ['constant-contact', 'klaviyo'] as const;
export type Provider = (typeof providers)[number];

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
  readonly connection: { readonly paused: boolean; readonly disconnected: boolean; readonly targetAccountId: string };
}

/** What the token endpoint answered, ready to be stored. */
export interface NewTokens {
  readonly accessToken: Secret;
  /** Undefined: the present one stays (a long-lived one may not be repeated). */
  readonly refreshToken: Secret | undefined;
  readonly lifeSeconds: number;
}
