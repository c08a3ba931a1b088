import { z } from 'zod';

const connectionSchema = z.object({
  id: z.string(),
  status: z.string(),
  createdAt: z.string(),
  options: z.object({
    createLists: z.boolean(),
    listMap: z.record(z.string(), z.string()),
    collectEngagement: z.boolean(),
    consent: z.enum(['explicit', 'explicit_and_implicit']),
    metricSuffix: z.string(),
    historyDays: z.number(),
  }),
  constantContact: z.object({ countryCode: z.string().nullish() }),
  /** Null until the owner has consented, where Klaviyo is connected by OAuth. */
  klaviyo: z.object({ accountId: z.string().nullable(), usable: z.boolean().default(false) }),
});

export const connectionsSchema = z.object({ connections: z.array(connectionSchema) });

/** What the loader needs to know of a connection. */
export interface Connection {
  readonly id: string;
  /** The Klaviyo account that the connection loads into; empty until its owner has consented there. */
  readonly target: string;
  /**
   * Nothing is written for a connection that is not. A lost grant at the source stops no load, and one whose source was never
   * authorised has nothing to load but what a replay brings.
   */
  readonly working: boolean;
  /** Has a source that was authorised, so that records of its own come, or may have come. */
  readonly sourced: boolean;
  readonly country: string | null;
  /** Activities are not older than this; milliseconds. */
  readonly historyFrom: number;
  readonly options: z.infer<typeof connectionSchema>['options'];
}

export function connectionOf(given: z.infer<typeof connectionSchema>): Connection {
  const sourced = given.status !== 'awaiting_authorization';
  return {
    id: given.id,
    target: given.klaviyo.accountId ?? '',
    working: sourced ? given.status === 'active' || given.status === 'reconnect_required' : given.klaviyo.usable,
    sourced,
    historyFrom: Date.parse(given.createdAt) - given.options.historyDays * 86_400_000,
    country: given.constantContact.countryCode ?? null,
    options: given.options,
  };
}
