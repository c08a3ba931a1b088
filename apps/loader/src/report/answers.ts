import { z } from 'zod';
import { type FinalLookReport } from './final-look.js';
import { type Outcomes } from './outcomes.js';
import { type ParkedActivities } from './parked-activities.js';
import { type ParkedStream } from './parked-streams.js';
import { type Refusal } from '../targets/target.js';
import { type Progress, type StreamProgress } from './progress.js';
import { type ReadBack } from './read-back.js';
import { type Report } from './report.js';

const counts = z.record(z.string(), z.int());

export const outcomes = z.strictObject({
  delivered: z.int(),
  unchanged: z.int(),
  skipped: counts.describe('By reason.'),
  rejected: counts.describe('By code.'),
  parked: z.int(),
  deferred: z.int(),
}) satisfies z.ZodType<Outcomes>;

const streamProgress = z.strictObject({
  markRunId: z.string().nullable(),
  markCompletedAt: z.iso.datetime().nullable(),
  settled: z.boolean().describe('Every record up to the mark has its fate.'),
  outcomes,
  lag: z.int().describe('Offsets between what is settled and the end of the topic, over all connections.'),
}) satisfies z.ZodType<StreamProgress>;

const finalLook = z
  .strictObject({
    state: z.enum(['waiting', 'running', 'done']),
    optOuts: z.int().describe('Opt-outs read back so far.'),
    sentAgain: z.int().describe('Those that did not hold and were written anew.'),
    finishedAt: z.iso.datetime().nullable(),
  })
  .describe(
    'Every opt-out read back once more, with which the initial migration ends.',
  ) satisfies z.ZodType<FinalLookReport>;

const refusal = z
  .strictObject({ at: z.iso.datetime().describe('When it was last met.'), words: z.string() })
  .nullable()
  .describe('What the Klaviyo credential may not do.') satisfies z.ZodType<Refusal | null>;

const parkedStreams = z
  .array(
    z.strictObject({
      stream: z.string(),
      since: z.iso.datetime(),
      rows: z.int().describe('Of the last thousand at most.'),
      rejected: z.int(),
      code: z.string().nullable(),
      nextTryAt: z.iso.datetime().describe('When a few rows are tried again.'),
    }),
  )
  .describe('Streams of the account that are parked because too many of their rows were rejected.') satisfies z.ZodType<
  readonly ParkedStream[]
>;

const parkedActivities = z
  .strictObject({
    count: z.int(),
    deliverBefore: z.iso.datetime().nullable().describe('When the oldest of them is removed from its topic.'),
  })
  .nullable()
  .describe('Activities that wait for what holds this connection up.') satisfies z.ZodType<ParkedActivities | null>;

function perStream<Schema extends z.ZodType>(schema: Schema) {
  return z.strictObject({ lists: schema, contacts: schema, suppressions: schema, activities: schema });
}

/** What the routes of a connection answer, for the document. */
export const progress = z.strictObject({
  connectionId: z.string(),
  gateOpen: z.boolean().describe('Every opt-out is in place, so that people may be written.'),
  streams: perStream(streamProgress),
  waiting: z.strictObject({ people: z.int(), jobs: z.int(), lists: z.int() }),
  refusal,
  finalLook,
  parkedStreams,
  parkedActivities,
  calls: counts.describe('Calls of Klaviyo by endpoint since the connection began.'),
}) satisfies z.ZodType<Progress>;

const readBack = z.strictObject({
  profiles: z.int(),
  subscribed: z.int(),
  suppressed: z.int(),
  lists: z.int(),
  memberships: z.int(),
  events: counts,
}) satisfies z.ZodType<ReadBack>;

export const report = z.strictObject({
  topic: perStream(z.int()),
  outcomes: perStream(outcomes),
  klaviyo: readBack,
  calls: counts,
}) satisfies z.ZodType<Report>;

export const conflicts = z.array(
  z.strictObject({
    contactId: z.string(),
    reason: z.string(),
    since: z.iso.datetime(),
    email: z.string().optional(),
  }),
);

export const conflictsQuery = z.object({
  people: z.enum(['true', 'false']).default('false').describe('Whether e-mail addresses are shown.'),
});
