import { type SimAnswer, type SimRequest } from '../http/index.js';
import { type Account } from './state/account.js';
import { type Cause } from './state/audit.js';
import { type World } from './state/world.js';

/** A request that passed the gate: who asks, and a body that has the published shape. */
export interface Call {
  request: SimRequest;
  world: World;
  account: Account;
  query: URLSearchParams;
  /** Scheme and host as the caller addressed us. */
  base: string;
  body: unknown;
  cause: Cause;
  /** What metrics of this caller belong to. */
  integration: string;
  /** Whom a writing request is about, for the log of writes. */
  rows: string[];
  /** The list a writing request is about. */
  list?: string;
}

export interface Endpoint {
  /** Such as `GET /api/lists/{id}`, as in the contract. */
  endpoint: string;
  handle: (call: Call) => SimAnswer;
  /** Writes nothing although it is a POST. */
  reads?: boolean;
  /** Bytes of a body, decompressed. */
  maximumBytes?: number;
  /** Other limits than the contract's, by what is asked. */
  limits?: (query: URLSearchParams) => { variant: string; burst: number; steady: number } | undefined;
}

export function pageSize(call: Call, standard: number): number {
  const given = call.query.get('page[size]');
  return given === null ? standard : Number(given);
}
