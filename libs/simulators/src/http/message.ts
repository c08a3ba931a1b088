import { type IncomingHttpHeaders } from 'node:http';

export interface SimRequest {
  /** Unique in this simulator's life. */
  id: string;
  at: number;
  method: string;
  /** As received, without the query. */
  path: string;
  /** As received, with the query. */
  url: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Decompressed. */
  body: Buffer;
  /** Values of the route's `{name}` parts, decoded. */
  params: Record<string, string>;
  /** Method and route, such as `GET /api/lists/{id}`. */
  endpoint: string;
  /** Set by the handler, for the log. */
  account?: string;
}

export interface SimAnswer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON unless `text` is given. */
  json?: unknown;
  /** Sent as it is. */
  text?: string;
}

/** Thrown by a handler to answer at once. */
export class Refusal extends Error {
  constructor(readonly answer: SimAnswer) {
    super(`refused with ${answer.status}`);
  }
}

export type Handler = (request: SimRequest) => SimAnswer | Promise<SimAnswer>;
