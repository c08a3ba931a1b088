import { Controller, Get, Inject } from '@nestjs/common';
import { Describe, Scopes } from '@portage/platform/service';
import { groupLags, type GroupLags, partitionLags } from './answers.js';
import { type PartitionLag } from './lag-report.js';
import { LagStore } from './lag-store.js';

@Controller('lag')
export class LagController {
  constructor(@Inject(LagStore) private readonly store: LagStore) {}

  @Get()
  @Scopes('admin', 'service')
  @Describe({
    summary: 'How far every consumer group is in every partition, as last measured.',
    answers: {
      200: {
        description: 'One entry per group and partition; none before the first measurement.',
        schema: partitionLags,
      },
    },
  })
  async partitions(): Promise<readonly PartitionLag[]> {
    return (await this.store.last())?.partitions ?? [];
  }

  @Get('groups')
  @Scopes('admin', 'service')
  @Describe({
    summary: 'How far every consumer group is on the whole, and when that was measured.',
    answers: { 200: { description: 'One entry per group.', schema: groupLags } },
  })
  async groups(): Promise<GroupLags> {
    const last = await this.store.last();
    return { measuredAt: last?.measuredAt.toISOString() ?? null, groups: last?.groups ?? [] };
  }
}
