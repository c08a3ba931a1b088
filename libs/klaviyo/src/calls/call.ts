import { type CallOptions } from './options.js';
import { type Endpoint } from '../endpoint.js';

/** One thing to ask of Klaviyo. */
export interface Call extends CallOptions {
  readonly endpoint: Endpoint;
  /** For the `{id}` of the path. */
  readonly id?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /**
   * `safe`: the same request again changes nothing more. `once`: after an answer that leaves open whether it was carried
   * out it is not sent again, because the caller must look first.
   */
  readonly repeat: 'safe' | 'once';
  /** Not sent after this moment (epoch milliseconds), however long pacing took. */
  readonly sendBefore?: number;
  /** Awaited right before the bytes leave. */
  readonly beforeSend?: () => Promise<void>;
}
