import { z } from 'zod';
import { stageSymbols, STREAMS } from '@portage/records';
import { type Letter } from './letter.js';
import { type LetterPage } from './letter-box.js';
import { type RedriveResult } from './redrive.js';

const states = ['open', 'redriven', 'dropped'] as const;

export const lettersQuery = z.object({
  reason: z.string().optional().describe('A code, or its beginning up to a dot.'),
  stream: z.enum(STREAMS).optional(),
  connection: z.string().optional(),
  state: z.enum(states).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().optional().describe('Where the page before ended.'),
});

export const dropBody = z.object({ reason: z.string().trim().min(1).max(500).describe('Kept with the letter.') });

const fields = {
  id: z.string(),
  code: z.string(),
  words: z.string().describe('What was wrong. Names no person.'),
  stage: z.enum(stageSymbols),
  stream: z.string().nullable(),
  connectionId: z.string().nullable(),
  target: z.string().nullable(),
  sourceId: z.string().nullable(),
  runId: z.string().nullable(),
  failedAt: z.iso.datetime().nullable(),
  origin: z.strictObject({ topic: z.string(), partition: z.int(), offset: z.int() }).nullable(),
  state: z.enum(states),
  reason: z.string().nullable().describe('Why it was dropped, or what came of sending it again.'),
  changedAt: z.iso.datetime().nullable(),
};
const letter = z.strictObject(fields) satisfies z.ZodType<Letter>;

export const letterPage = z.strictObject({
  letters: z.array(letter),
  cursor: z.string().nullable().describe('Null: there is nothing more at present.'),
}) satisfies z.ZodType<LetterPage>;

/** The only answer with personal data: the record as its owner would have loaded it. */
export const shownLetter = z.strictObject({
  ...fields,
  decoded: z.unknown().describe('The record, when its bytes can be read now; null otherwise.'),
  raw: z.strictObject({
    key: z.string().nullable(),
    schemaId: z.int().nullable(),
    value: z.string().nullable().describe('Base64.'),
  }),
});
export type ShownLetter = z.infer<typeof shownLetter>;

export const redriven = z.strictObject({
  id: z.string(),
  state: z.literal('redriven'),
  result: z.enum(['taken', 'superseded', 'delivered', 'skipped']) satisfies z.ZodType<RedriveResult>,
});

export const dropped = z.strictObject({ id: z.string(), state: z.literal('dropped'), reason: z.string() });
