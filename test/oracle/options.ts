import { type Account, type KlaviyoAccountState } from '@portage/simulators';

/** The source at the moment of one pass. Passes are given in order; the account must be a copy that nothing changes any more. */
export interface Observation {
  readonly account: Account;
  /** When the pass began, ms. */
  readonly at: number;
}

export const ACTIVITY_TYPES = ['sent', 'opened', 'clicked', 'bounced', 'opted_out', 'forwarded'] as const;
export type ActivityType = (typeof ACTIVITY_TYPES)[number];

export interface OracleOptions {
  readonly consent: 'explicit' | 'explicit_and_implicit';
  readonly createLists: boolean;
  /** Source list id to the id of the Klaviyo list that its members go to. */
  readonly listMap: Readonly<Record<string, string>>;
  readonly collectEngagement: boolean;
  readonly historyDays: number;
  readonly activityTypes: readonly ActivityType[];
  readonly metricSuffix: string;
  /** When the connection was made, ms; rows within ten minutes of the history limit may or may not be carried. */
  readonly connectedAt: number;
  /** What Klaviyo held before. */
  readonly before?: KlaviyoAccountState;
}

/** The defaults of a connection. */
export function oracleOptions(given: Partial<OracleOptions> & { readonly connectedAt: number }): OracleOptions {
  return {
    consent: 'explicit',
    createLists: true,
    listMap: {},
    collectEngagement: true,
    historyDays: 90,
    activityTypes: ['opened', 'clicked', 'bounced', 'opted_out'],
    metricSuffix: '(Constant Contact)',
    ...given,
  };
}
