import { z } from 'zod';

/** What the poller needs of a connection; auth sends more, and later versions of auth may send words unknown here. */
const connectionSchema = z.object({
  id: z.string(),
  status: z.string(),
  connectedAt: z.string().nullable(),
  createdAt: z.string(),
  constantContact: z.object({ clientId: z.string(), accountId: z.string().nullable() }),
  options: z.object({
    historyDays: z.number(),
    activityTypes: z.array(z.string()),
    collectEngagement: z.boolean(),
    schedule: z.string(),
  }),
});

export type Connection = z.output<typeof connectionSchema>;

export const connectionsAnswer = z.object({ connections: z.array(connectionSchema) });

/** Engagement older than this (ms) is not carried over. */
export function historySince(connection: Connection): number {
  const connectedAt = Date.parse(connection.connectedAt ?? connection.createdAt);
  return connectedAt - connection.options.historyDays * 86_400_000;
}
