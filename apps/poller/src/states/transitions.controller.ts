import { BadRequestException, Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Describe, Scopes } from '@portage/platform/service';
import { STREAMS } from '@portage/records';
import { z } from 'zod';
import { STREAM_STATES } from './stream-state.js';
import { type Transition, TransitionLog } from './transition-log.js';

const query = z.object({
  stream: z.enum(STREAMS).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

const transition = z.strictObject({
  stream: z.enum(STREAMS),
  former: z.enum(STREAM_STATES).nullable().describe('Null: nothing was done with the stream before.'),
  state: z.enum(STREAM_STATES),
  reason: z.string().nullable(),
  runId: z.string().nullable(),
  at: z.iso.datetime(),
}) satisfies z.ZodType<Transition>;

@Controller('connections/:id/transitions')
export class TransitionsController {
  constructor(@Inject(TransitionLog) private readonly log: TransitionLog) {}

  @Get()
  @Scopes('admin', 'service')
  @Describe({
    summary: "How the states of a connection's streams moved, newest first.",
    description: 'Kept for a month.',
    params: { id: 'The connection.' },
    query,
    answers: {
      200: { description: 'At most `limit` moves.', schema: z.strictObject({ transitions: z.array(transition) }) },
    },
  })
  async list(@Param('id') id: string, @Query() given: unknown): Promise<{ transitions: Transition[] }> {
    const parsed = query.safeParse(given);
    if (!parsed.success) throw new BadRequestException('Expected a stream, and limit from 1 to 1000.');
    return { transitions: await this.log.of(id, parsed.data.stream, parsed.data.limit) };
  }
}
