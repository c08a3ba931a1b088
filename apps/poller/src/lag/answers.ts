import { z } from 'zod';
import { type GroupLag, type PartitionLag } from './lag-report.js';
import { VERDICTS } from './verdict.js';

const verdict = z.enum(VERDICTS).nullable().describe('Null until enough has been measured to judge.');
const seconds = z.number().describe('Age of the oldest record that the group has not read; 0 when there is none.');

/** What the routes of lag answer, for the document. */
export const partitionLags = z.array(
  z.strictObject({
    group: z.string(),
    topic: z.string(),
    partition: z.int(),
    current: z.int().nullable().describe('The committed offset; null when nothing is committed.'),
    end: z.int(),
    lag: z.int().describe("Offsets between the two, as Kafka's own tool tells them."),
    seconds,
    verdict,
  }) satisfies z.ZodType<PartitionLag>,
);

export interface GroupLags {
  readonly measuredAt: string | null;
  readonly groups: readonly GroupLag[];
}

export const groupLags = z.strictObject({
  measuredAt: z.iso.datetime().nullable(),
  groups: z.array(z.strictObject({ group: z.string(), members: z.int(), lag: z.int(), seconds, verdict })),
}) satisfies z.ZodType<GroupLags>;
