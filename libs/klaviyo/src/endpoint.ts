import { publishedLimits } from './generated/contract.js';

/** Method and path template, as the published description names it. Also the last part of a budget key and a metric label. */
export type Endpoint = keyof typeof publishedLimits;

export interface EndpointLimits {
  /** Requests a second. */
  readonly burst: number;
  /** Requests a minute. */
  readonly steady: number;
  readonly perDay?: number;
}

/** Per Klaviyo account. The cap on new lists is stated in words only: 150 a day and account, whatever the revision. */
export const limits: Readonly<Record<Endpoint, EndpointLimits>> = {
  ...publishedLimits,
  'POST /api/lists': { ...publishedLimits['POST /api/lists'], perDay: 150 },
};

/** The path of an endpoint with its `{id}` or `{job_id}` filled in. */
export function pathOf(endpoint: Endpoint, id: string | undefined): string {
  const path = endpoint.slice(endpoint.indexOf(' ') + 1);
  if (!path.includes('{')) return path;
  // An empty id would silently address the collection instead.
  if (id === undefined || id === '') throw new RangeError(`${endpoint} needs an id`);
  return path.replace(/\{[a-z_]+\}/, encodeURIComponent(id));
}
