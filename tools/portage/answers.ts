import { z } from 'zod';

/** What the services answer, as far as the command line uses it. */
export const streams = ['lists', 'contacts', 'suppressions', 'activities'] as const;
export type Stream = (typeof streams)[number];

const counts = z.record(z.string(), z.number());
const perStream = z.object({
  lists: z.number(),
  contacts: z.number(),
  suppressions: z.number(),
  activities: z.number(),
});

export const outcomesSchema = z.object({
  delivered: z.number(),
  unchanged: z.number(),
  skipped: counts,
  rejected: counts,
  parked: z.number(),
  deferred: z.number(),
});
export type Outcomes = z.infer<typeof outcomesSchema>;

export const connectionSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(['awaiting_authorization', 'active', 'paused', 'reconnect_required', 'disconnected']),
  authorizeUrl: z.string().nullish(),
});
export const connectionsSchema = z.object({ connections: z.array(connectionSchema) });

export const syncSchema = z.object({ runId: z.string(), joined: z.boolean() });

export const runSchema = z.object({
  runId: z.string(),
  opening: z.boolean(),
  state: z.enum(['waiting', 'running', 'parked', 'done', 'failed', 'stopped']),
  reason: z.string().nullish(),
  phase: z.string().nullish(),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
  published: perStream,
  calls: counts,
  wasted: counts,
  seconds: counts,
});
export type Run = z.infer<typeof runSchema>;

const finalLookSchema = z.object({
  state: z.enum(['waiting', 'running', 'done']),
  optOuts: z.number(),
  sentAgain: z.number(),
  finishedAt: z.string().nullable(),
});

const parkedStreamsSchema = z.array(
  z.object({
    stream: z.string(),
    since: z.string(),
    rows: z.number(),
    rejected: z.number(),
    code: z.string().nullable(),
    nextTryAt: z.string(),
  }),
);

export const progressSchema = z.object({
  gateOpen: z.boolean(),
  streams: z.record(
    z.enum(streams),
    z.object({
      markRunId: z.string().nullish(),
      markCompletedAt: z.string().nullish(),
      settled: z.boolean(),
      outcomes: outcomesSchema,
      lag: z.number(),
    }),
  ),
  waiting: z.object({ people: z.number(), jobs: z.number(), lists: z.number() }),
  refusal: z.object({ at: z.string(), words: z.string() }).nullable(),
  finalLook: finalLookSchema,
  parkedStreams: parkedStreamsSchema,
  parkedActivities: z.object({ count: z.number(), deliverBefore: z.string().nullable() }).nullable(),
  calls: counts,
});
export type Progress = z.infer<typeof progressSchema>;

export const sourceSchema = perStream;

export const loaderReportSchema = z.object({
  topic: perStream,
  outcomes: z.record(z.enum(streams), outcomesSchema),
  klaviyo: z.object({
    profiles: z.number(),
    subscribed: z.number(),
    suppressed: z.number(),
    lists: z.number(),
    memberships: z.number(),
    events: counts,
  }),
  calls: counts,
});

export const statusSchema = z.object({
  streams: z.record(
    z.string(),
    z.object({
      state: z.string(),
      reason: z.string().nullish(),
      since: z.string().nullish(),
      phase: z.string().nullish(),
      published: z.number(),
      freshness: z.string().nullish(),
    }),
  ),
  run: z
    .object({ runId: z.string(), state: z.string(), phase: z.string().nullish(), reason: z.string().nullish() })
    .nullish(),
  quota: z.object({ usedToday: z.number(), perDay: z.number(), parkedUntil: z.string().nullish() }),
  forecast: z.object({ calls: z.number(), counted: z.boolean(), doneBy: z.string() }).nullable(),
  nextRunAt: z.string().nullable(),
});
