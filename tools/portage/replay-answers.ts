import { z } from 'zod';
import { outcomesSchema, streams } from './answers.js';

const counts = z.record(z.string(), z.number());

const streamSchema = z.object({ read: z.number(), selected: z.number(), leftOut: counts, outcomes: outcomesSchema });

/** What the loader answers about a replay. */
export const replaySchema = z.object({
  id: z.string(),
  connectionId: z.string(),
  target: z.string(),
  mode: z.enum(['dry', 'write']),
  state: z.enum(['created', 'running', 'paused', 'done', 'cancelled', 'failed']),
  reason: z.string().nullable(),
  rate: z.number(),
  selection: z.object({
    streams: z.array(z.string()),
    from: z.unknown(),
    to: z.unknown(),
    people: z.number().nullable(),
    lists: z.array(z.string()).nullable(),
  }),
  sourcePassAt: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  accounted: z.boolean(),
  streams: z.record(z.enum(streams), streamSchema),
  dryRun: z
    .object({
      changes: counts,
      refused: z.array(z.object({ reason: z.string(), count: z.number(), examples: z.array(z.string()) })),
      cost: z.object({ requests: counts, minutes: z.number() }),
    })
    .nullable(),
});
export type Replay = z.infer<typeof replaySchema>;

export const createdSchema = z.object({ id: z.string(), unknownPeople: z.number() });
export const stateSchema = z.object({ id: z.string(), state: z.string() });
export const replaysSchema = z.object({ replays: z.array(replaySchema) });
