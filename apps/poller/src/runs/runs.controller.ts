import { Controller, Get, Inject, NotFoundException, Param } from '@nestjs/common';
import { Describe, Scopes } from '@portage/platform/service';
import { runReport } from './run-answer.js';
import { RunStore } from './run-store.js';
import { reportOf, type RunReport } from './run.js';

@Controller('runs')
export class RunsController {
  constructor(@Inject(RunStore) private readonly runs: RunStore) {}

  @Get(':runId')
  @Scopes('admin', 'service')
  @Describe({
    summary: 'How far a pass is.',
    params: { runId: 'As asking for the pass answered it.' },
    answers: { 200: { description: 'The pass.', schema: runReport } },
  })
  async show(@Param('runId') runId: string): Promise<RunReport> {
    const run = await this.runs.find(runId);
    if (!run) throw new NotFoundException('There is no such run.');
    return reportOf(run, await this.runs.figures(run));
  }
}
