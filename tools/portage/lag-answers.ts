import { z } from 'zod';

const verdict = z.string().nullable();

export const partitionLagsSchema = z.array(
  z.object({
    group: z.string(),
    topic: z.string(),
    partition: z.number(),
    current: z.number().nullable(),
    end: z.number(),
    lag: z.number(),
    seconds: z.number(),
    verdict,
  }),
);
export type PartitionLag = z.infer<typeof partitionLagsSchema>[number];

export const groupLagsSchema = z.object({
  measuredAt: z.string().nullable(),
  groups: z.array(z.object({ group: z.string(), members: z.number(), lag: z.number(), seconds: z.number(), verdict })),
});
export type GroupLags = z.infer<typeof groupLagsSchema>;
