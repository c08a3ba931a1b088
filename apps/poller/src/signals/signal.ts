import { z } from 'zod';

export const SIGNALS = ['sync', 'snapshot', 'sweep', 'stop', 'pause', 'resume'] as const;
export type SignalKind = (typeof SIGNALS)[number];

const republish = z.boolean().default(false).describe('Publish what is unchanged too.');

/** What somebody asks of the reading of a connection. */
export const signalRequest = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('sync'), republish }).describe('A pass over all streams, as scheduled ones are.'),
    z
      .strictObject({
        kind: z.literal('snapshot'),
        lists: z.array(z.string().min(1).max(100)).min(1).max(100).optional().describe('Only members of these lists.'),
        since: z.iso.datetime({ offset: true }).optional().describe('Only contacts that changed or opted out since.'),
        republish,
      })
      .describe('Reads everybody again (or some), before anything else but opt-outs, lists and changes.'),
    z
      .strictObject({ kind: z.literal('sweep'), republish })
      .describe('A pass that reads everybody again; of a large account with the calls that nothing else needs.'),
    z.strictObject({ kind: z.literal('stop') }).describe('Ends the pass under way and those that wait.'),
    z.strictObject({ kind: z.literal('pause') }).describe('Nothing is read until resumed; loading goes on.'),
    z.strictObject({ kind: z.literal('resume') }).describe('Goes on where the reading was paused.'),
  ])
  .refine((asked) => asked.kind !== 'snapshot' || !asked.lists || !asked.since, 'lists and since exclude each other');
export type SignalRequest = z.output<typeof signalRequest>;

/** What was asked, by whom, and what became of it. */
export interface Signal {
  readonly signalId: string;
  readonly connectionId: string;
  readonly kind: SignalKind;
  readonly asked: Readonly<Record<string, unknown>>;
  /** The pass that carries it out. */
  readonly runId: string | null;
  /** `stopped`: its pass was stopped before it was done. */
  readonly state: 'accepted' | 'done' | 'failed' | 'stopped';
  readonly result: string | null;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly finishedAt: string | null;
}
