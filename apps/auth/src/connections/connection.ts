import { type CredentialState, type Provider } from '../credentials/credential.js';
import { type ConnectionOptions } from './options.js';

export type ConnectionStatus = 'awaiting_authorization' | 'active' | 'paused' | 'reconnect_required' | 'disconnected';

/** A connection as services and the owner see it. Times are ISO 8601 in UTC; no secret is ever part of it. */
export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly status: ConnectionStatus;
  /** Why the owner must act, in plain words; null while nothing is wrong. */
  readonly reason: string | null;
  readonly options: ConnectionOptions;
  readonly createdAt: string;
  /** When the owner first consented; a later reconnect does not move it. */
  readonly connectedAt: string | null;
  readonly constantContact: {
    readonly clientId: string;
    readonly accountId: string | null;
    readonly organization: string | null;
    readonly countryCode: string | null;
  };
  readonly klaviyo: {
    /** Null until the owner has consented, where Klaviyo is connected by OAuth. */
    readonly accountId: string | null;
    readonly organization: string | null;
    readonly kind: 'private_key' | 'oauth';
    /** Tokens of Klaviyo are handed out, whatever the source's standing: a replay can load into this account. */
    readonly usable: boolean;
  };
}

/** What a connection's status follows from. */
export interface Standing {
  readonly disconnected: boolean;
  readonly paused: boolean;
  readonly source: CredentialState;
  readonly target: CredentialState;
  readonly targetKind: 'private_key' | 'oauth';
}

export function statusOf(standing: Standing): ConnectionStatus {
  if (standing.disconnected) return 'disconnected';
  if (standing.source === 'rejected' || standing.target === 'rejected') return 'reconnect_required';
  if (standing.source !== 'ready' || standing.target !== 'ready') return 'awaiting_authorization';
  return standing.paused ? 'paused' : 'active';
}

/** Klaviyo can be written to for this connection: neither paused nor disconnected, its credential in order. */
export function isTargetUsable({ disconnected, paused, target }: Standing): boolean {
  return !disconnected && !paused && target === 'ready';
}

/** The vendor whose consent page the owner has to go through (again). A private key is replaced, not consented to. */
export function lacksConsent(standing: Standing): Provider | undefined {
  if (standing.disconnected) return undefined;
  if (standing.source !== 'ready') return 'constant-contact';
  return standing.target !== 'ready' && standing.targetKind === 'oauth' ? 'klaviyo' : undefined;
}
