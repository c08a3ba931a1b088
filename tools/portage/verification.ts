import { z } from 'zod';

const counts = z.object({ lists: z.number(), contacts: z.number(), suppressions: z.number(), activities: z.number() });

const reportSchema = z.object({
  equal: z.boolean(),
  source: counts.nullable(),
  sourceMissing: z.string().nullable(),
  topic: counts,
  ledger: counts.extend({ people: z.number() }),
  compared: z.number(),
  klaviyo: z.object({
    profiles: z.number(),
    subscribed: z.number(),
    suppressed: z.number(),
    lists: z.number(),
    memberships: z.number(),
    events: z.record(z.string(), z.number()),
  }),
  classes: z.array(
    z.object({
      class: z.string(),
      severity: z.enum(['difference', 'note']),
      words: z.string(),
      count: z.number(),
      repair: z.string().nullable(),
      repaired: z.number(),
      examples: z.array(z.object({ id: z.string(), detail: z.string().nullable(), email: z.string().optional() })),
    }),
  ),
});

/** What the loader answers about a verification. */
export const verificationSchema = z.object({
  id: z.string(),
  connectionId: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  request: z.object({ repair: z.array(z.string()), sample: z.number().nullable() }),
  requestedAt: z.string(),
  finishedAt: z.string().nullable(),
  reason: z.string().nullable(),
  report: reportSchema.nullable(),
});
export type Verification = z.infer<typeof verificationSchema>;
export type FinishedVerification = Verification & { readonly report: z.infer<typeof reportSchema> };
