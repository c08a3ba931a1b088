import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Describe, Scopes } from '@portage/platform/service';
import { LOADER_PARTS, type LoaderParts } from '../loader-parts.js';
import { conflicts, conflictsQuery, progress, report } from './answers.js';
import { type Conflict, readConflicts } from './conflicts.js';
import { type Progress, ProgressReader } from './progress.js';
import { composeReport, type Report, unknownConnection } from './report.js';

const params = { id: 'The connection.' };

@Controller('connections/:id')
export class ReportController {
  readonly #progress: ProgressReader;

  constructor(@Inject(LOADER_PARTS) private readonly parts: LoaderParts) {
    this.#progress = new ProgressReader(parts);
  }

  @Get('progress')
  @Scopes('admin', 'service')
  @Describe({
    summary: 'How far the loading of a connection is.',
    params,
    answers: { 200: { description: 'Counts and lag per stream.', schema: progress } },
  })
  async progress(@Param('id') id: string): Promise<Progress> {
    await this.#assertKnown(id);
    return this.#progress.read(id);
  }

  @Get('report')
  @Scopes('admin', 'service')
  @Describe({
    summary: 'What became of everything since the connection began, read back from Klaviyo.',
    description: 'Reads Klaviyo for every hundred people, so it may take minutes.',
    params,
    answers: { 200: { description: 'The report.', schema: report } },
  })
  report(@Param('id') id: string): Promise<Report> {
    return composeReport(this.parts, id, this.parts.stopNow.signal);
  }

  @Get('conflicts')
  @Scopes('admin')
  @Describe({
    summary: 'People whose consent in Klaviyo and at the source contradict one another.',
    params,
    query: conflictsQuery,
    answers: { 200: { description: 'For the owner to look at.', schema: conflicts } },
  })
  async conflicts(@Param('id') id: string, @Query('people') people?: string): Promise<Conflict[]> {
    await this.#assertKnown(id);
    return readConflicts(this.parts.database, id, people === 'true');
  }

  /** A connection may be younger than the last look at them. */
  async #assertKnown(id: string): Promise<void> {
    const { connections } = this.parts;
    if (connections.get(id) === undefined) await connections.refresh();
    if (connections.get(id) === undefined) throw unknownConnection();
  }
}
