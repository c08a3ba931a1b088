import { type ConnectionOptions } from './options.js';

export type ConnectionStatus = 'awaiting_authorization' | 'active' | 'paused' | 'reconnect_required' | 'disconnected';

/**
 * - `awaiting`: the owner has not consented yet.
 * - `ready`: usable.
 * - `rejected`: the vendor does not accept it any more; the owner must act.
 * - `destroyed`: wiped on disconnecting.
 */
export type CredentialState = 'awaiting' | 'ready' | 'rejected' | 'destroyed';

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
    readonly accountId: string;
    readonly organization: string | null;
    readonly kind: 'private_key' | 'oauth';
  };
}

/** What a connection's status follows from. */
export interface Standing {
  readonly disconnected: boolean;
  readonly paused: boolean;
  readonly source: CredentialState;
  readonly target: CredentialState;
}

export function statusOf(standing: Standing): ConnectionStatus {
  if (standing.disconnected) return 'disconnected';
  if (standing.source === 'rejected' || standing.target === 'rejected') return 'reconnect_required';
  if (standing.source !== 'ready' || standing.target !== 'ready') return 'awaiting_authorization';
  return standing.paused ? 'paused' : 'active';
}

/** Whether the owner has to go through Constant Contact's consent page (again). */
export function needsConsent(standing: Standing): boolean {
  return !standing.disconnected && standing.source !== 'ready';
}
