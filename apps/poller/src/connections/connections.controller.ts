import { BadRequestException, Body, Controller, Get, HttpCode, Inject, Ip, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Describe, Scopes } from '@portage/platform/service';
import { type RequestedRun } from '../runs/run-queue.js';
import { Scheduler } from '../runs/scheduler.js';
import { Signals } from '../signals/signals.js';
import { connectionState, counts, requestedRun } from './answers.js';
import { type Counts, SourceCounts } from './source-counts.js';
import { type ConnectionState, StreamStatus } from './stream-status.js';

const wishes = z.object({
  sweep: z.boolean().default(false).describe('Read every contact again and find what deltas miss.'),
  republish: z.boolean().default(false).describe('Write every record again, changed or not.'),
});
const params = { id: 'The connection.' };

@Controller('connections/:id')
export class ConnectionsController {
  constructor(
    @Inject(Signals) private readonly signals: Signals,
    @Inject(Scheduler) private readonly scheduler: Scheduler,
    @Inject(SourceCounts) private readonly counts: SourceCounts,
    @Inject(StreamStatus) private readonly streams: StreamStatus,
  ) {}

  @Post('sync')
  @HttpCode(202)
  @Scopes('admin')
  @Describe({
    summary: 'Asks for a pass over all streams; one that waits already is joined.',
    description: 'The signals `sync` and `sweep`, with the pass as the answer.',
    params,
    body: wishes.default({ sweep: false, republish: false }),
    answers: { 202: { description: 'It will be made.', schema: requestedRun } },
  })
  async sync(@Param('id') id: string, @Body() body: unknown, @Ip() address: string): Promise<RequestedRun> {
    const parsed = wishes.safeParse(body ?? {});
    if (!parsed.success) throw new BadRequestException('Expected {sweep?: boolean, republish?: boolean}.');
    const { sweep, republish } = parsed.data;
    const { run } = await this.signals.give(id, { kind: sweep ? 'sweep' : 'sync', republish }, `admin at ${address}`);
    this.scheduler.wake();
    if (!run) throw new Error('A signal for a pass opened none.');
    return run;
  }

  @Get('source')
  @Scopes('admin', 'service')
  @Describe({
    summary: 'What the source has, stream by stream.',
    description:
      'Lists and contacts are counted at the vendor now; suppressions and activities as the last pass read them.',
    params,
    answers: { 200: { description: 'Counts.', schema: counts } },
  })
  source(@Param('id') id: string): Promise<Counts> {
    return this.counts.of(id);
  }

  @Get('status')
  @Scopes('admin', 'service')
  @Describe({
    summary: 'Where every stream of a connection stands, its present pass and its quota.',
    params,
    answers: { 200: { description: 'The state.', schema: connectionState } },
  })
  status(@Param('id') id: string): Promise<ConnectionState> {
    return this.streams.of(id);
  }
}
