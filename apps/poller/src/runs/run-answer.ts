import { z } from 'zod';
import { type RunReport } from './run.js';

const numbers = z.record(z.string(), z.number());
const time = z.iso.datetime();

/** What is told of a pass, for the document. */
export const runReport = z.strictObject({
  runId: z.string(),
  connectionId: z.string(),
  first: z.boolean(),
  opening: z.boolean().describe('Figures cover everything since the connection began: nobody asked for a pass before.'),
  state: z.enum(['waiting', 'running', 'parked', 'done', 'failed', 'stopped']),
  phase: z.string().nullable(),
  reason: z.string().nullable(),
  requestedAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  published: z.strictObject({
    lists: z.number(),
    contacts: z.number(),
    suppressions: z.number(),
    activities: z.number(),
  }),
  calls: numbers.describe('Calls of Constant Contact by endpoint.'),
  wasted: numbers.describe('Those of the calls that brought nothing: unanswered, refused, unreadable.'),
  seconds: numbers.describe('Seconds by phase.'),
}) satisfies z.ZodType<RunReport>;
