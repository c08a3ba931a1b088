import { BadRequestException, Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Scopes } from '@portage/platform';
import { type RequestedRun, RunStore } from '../runs/run-store.js';
import { Scheduler } from '../runs/scheduler.js';
import { type Counts, SourceCounts } from './source-counts.js';
import { type ConnectionState, StreamStatus } from './stream-status.js';

const wishes = z.object({ sweep: z.boolean().default(false), republish: z.boolean().default(false) });

@Controller('connections/:id')
export class ConnectionsController {
  constructor(
    @Inject(RunStore) private readonly runs: RunStore,
    @Inject(Scheduler) private readonly scheduler: Scheduler,
    @Inject(SourceCounts) private readonly counts: SourceCounts,
    @Inject(StreamStatus) private readonly streams: StreamStatus,
  ) {}

  @Post('sync')
  @HttpCode(202)
  @Scopes('admin')
  async sync(@Param('id') id: string, @Body() body: unknown): Promise<RequestedRun> {
    const parsed = wishes.safeParse(body ?? {});
    if (!parsed.success) throw new BadRequestException('Expected {sweep?: boolean, republish?: boolean}.');
    await this.counts.mustBeActive(id);
    const requested = await this.runs.request(id, 'request', parsed.data);
    this.scheduler.wake();
    return requested;
  }

  @Get('source')
  @Scopes('admin', 'service')
  source(@Param('id') id: string): Promise<Counts> {
    return this.counts.of(id);
  }

  @Get('status')
  @Scopes('admin', 'service')
  status(@Param('id') id: string): Promise<ConnectionState> {
    return this.streams.of(id);
  }
}
