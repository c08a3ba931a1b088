import { z } from 'zod';
import { type RequestedRun } from '../runs/run-queue.js';
import { runReport } from '../runs/run-answer.js';
import { type Counts } from './source-counts.js';
import { type ConnectionState, type StreamReport } from './stream-status.js';
import { STREAM_STATES } from '../states/stream-state.js';

/** What the routes of a connection answer, for the document. */
export const requestedRun = z.strictObject({
  runId: z.string(),
  joined: z.boolean().describe('A pass that was waiting, or the first one, was joined.'),
}) satisfies z.ZodType<RequestedRun>;

export const counts = z.strictObject({
  lists: z.int(),
  contacts: z.int(),
  suppressions: z.int(),
  activities: z.int(),
}) satisfies z.ZodType<Counts>;

const streamState = z.strictObject({
  state: z.enum(STREAM_STATES),
  reason: z.string().nullable(),
  since: z.iso.datetime().nullable().describe('Since when it is in this state.'),
  phase: z.string().nullable(),
  published: z.int().describe('Records written since the connection began.'),
  freshness: z.iso.datetime().nullable().describe('Up to when the stream was read completely.'),
}) satisfies z.ZodType<StreamReport>;

export const connectionState = z.strictObject({
  connectionId: z.string(),
  streams: z.strictObject({
    lists: streamState,
    contacts: streamState,
    suppressions: streamState,
    activities: streamState,
  }),
  run: runReport.nullable(),
  quota: z.strictObject({ usedToday: z.int(), perDay: z.int(), parkedUntil: z.iso.datetime().nullable() }),
  forecast: z
    .strictObject({
      calls: z.int().describe('Calls of Constant Contact that the open pass still needs.'),
      counted: z
        .boolean()
        .describe('False while a part of the account is not counted yet: then it is at least so many.'),
      doneBy: z.iso.datetime().describe('If nobody else spends from the same budget.'),
    })
    .nullable(),
  nextRunAt: z.iso.datetime().nullable().describe('Null while a pass is open, and where none is scheduled.'),
}) satisfies z.ZodType<ConnectionState>;
