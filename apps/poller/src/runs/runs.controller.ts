import { Controller, Get, Inject, NotFoundException, Param } from '@nestjs/common';
import { Scopes } from '@portage/platform';
import { RunStore } from './run-store.js';
import { reportOf, type RunReport } from './run.js';

@Controller('runs')
export class RunsController {
  constructor(@Inject(RunStore) private readonly runs: RunStore) {}

  @Get(':runId')
  @Scopes('admin', 'service')
  async show(@Param('runId') runId: string): Promise<RunReport> {
    const run = await this.runs.find(runId);
    if (!run) throw new NotFoundException('There is no such run.');
    return reportOf(run, await this.runs.figures(runId));
  }
}
