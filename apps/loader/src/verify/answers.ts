import { z } from 'zod';
import { classNames, repairs } from './difference.js';
import { type Verification } from './verifications.repository.js';

export const verificationBody = z.object({
  repair: z
    .union([z.boolean(), z.array(z.enum(repairs))])
    .default(false)
    .describe('True: everything that can be repaired safely; or which repairs. Opt-outs always come first.'),
  sample: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('Compare only so many people with Klaviyo, picked at random.'),
});

export const verificationQuery = z.object({
  people: z.enum(['true', 'false']).default('false').describe('Whether e-mail addresses are shown.'),
});

export const requestedVerification = z.strictObject({ id: z.string() });

const counts = { lists: z.int(), contacts: z.int(), suppressions: z.int(), activities: z.int() };

const example = z.strictObject({
  id: z.string().describe('A contact, list, campaign activity or stream.'),
  detail: z.string().nullable().describe('A field, list or code: what differs, never how.'),
  email: z.string().optional(),
});

const report = z.strictObject({
  equal: z.boolean().describe('No difference was found; notes do not count.'),
  source: z.strictObject(counts).nullable(),
  sourceMissing: z.string().nullable(),
  topic: z.strictObject(counts),
  ledger: z.strictObject({ ...counts, people: z.int() }),
  compared: z.int().describe('People compared with Klaviyo.'),
  klaviyo: z.strictObject({
    profiles: z.int(),
    subscribed: z.int(),
    suppressed: z.int(),
    lists: z.int(),
    memberships: z.int(),
    events: z.record(z.string(), z.int()),
  }),
  classes: z
    .array(
      z.strictObject({
        class: z.enum(classNames),
        severity: z.enum(['difference', 'note']),
        words: z.string(),
        count: z.int(),
        repair: z.enum(repairs).nullable(),
        repaired: z.int(),
        examples: z.array(example).readonly(),
      }),
    )
    .readonly(),
});

export const verificationAnswer = z.strictObject({
  id: z.string(),
  connectionId: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  request: z.strictObject({ repair: z.array(z.enum(repairs)).readonly(), sample: z.int().nullable() }),
  requestedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  reason: z.string().nullable(),
  report: report.nullable(),
}) satisfies z.ZodType<Verification>;

export type VerificationAnswer = z.infer<typeof verificationAnswer>;

export const verificationsAnswer = z.strictObject({ verifications: z.array(verificationAnswer) });
