import { type Budget } from '@portage/http';
import { type Clock } from '@portage/platform';
import { type Endpoint } from '../endpoint.js';

export interface KlaviyoCredential {
  readonly scheme: 'Klaviyo-API-Key' | 'Bearer';
  readonly token: string;
  /** Grows with every new token of the connection. */
  readonly generation: number;
}

export interface KlaviyoOptions {
  /** Origin, without `/api`. */
  readonly baseUrl: string;
  readonly revision: string;
  /** Whose quota is spent: part of the budget keys `klaviyo:<accountId>:<endpoint>`. */
  readonly accountId: string;
  readonly credential: (signal?: AbortSignal) => Promise<KlaviyoCredential>;
  /** Called once per 401 with the generation that was refused; answering the same one again means there is no newer. */
  readonly refreshCredential: (rejectedGeneration: number, signal?: AbortSignal) => Promise<KlaviyoCredential>;
  readonly budget: Pick<Budget, 'take' | 'hold' | 'spendDay' | 'learn' | 'learned'>;
  /** Factor on the published limits; 0 means no pacing. */
  readonly limitScale: number;
  /** Called for every HTTP request, repeated ones included. */
  readonly onCall?: (endpoint: Endpoint, calls: number) => void;
  /** Ends everything this client does. */
  readonly signal?: AbortSignal;
  /** Per request; 30,000 when absent. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}
