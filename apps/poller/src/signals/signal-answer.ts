import { z } from 'zod';
import { type Signal, SIGNALS } from './signal.js';

const time = z.iso.datetime();

export const signalAnswer = z.strictObject({
  signalId: z.string(),
  connectionId: z.string(),
  kind: z.enum(SIGNALS),
  asked: z.record(z.string(), z.unknown()),
  runId: z.string().nullable().describe('The pass that carries it out.'),
  state: z
    .enum(['accepted', 'done', 'failed', 'stopped'])
    .describe('`stopped`: its pass was stopped before it was done.'),
  result: z.string().nullable().describe('What came of it, in a sentence.'),
  requestedBy: z.string(),
  requestedAt: time,
  finishedAt: time.nullable(),
}) satisfies z.ZodType<Signal>;

export const signalsAnswer = z.strictObject({ signals: z.array(signalAnswer) });
