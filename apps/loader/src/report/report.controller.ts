import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Scopes } from '@portage/platform';
import { LOADER_PARTS, type LoaderParts } from '../loader-parts.js';
import { type Conflict, readConflicts } from './conflicts.js';
import { type Progress, ProgressReader } from './progress.js';
import { composeReport, type Report, unknownConnection } from './report.js';

@Controller('connections/:id')
export class ReportController {
  readonly #progress: ProgressReader;

  constructor(@Inject(LOADER_PARTS) private readonly parts: LoaderParts) {
    this.#progress = new ProgressReader(parts.database, parts.cluster, parts.calls);
  }

  @Get('progress')
  @Scopes('admin', 'service')
  async progress(@Param('id') id: string): Promise<Progress> {
    await this.#assertKnown(id);
    return this.#progress.read(id);
  }

  @Get('report')
  @Scopes('admin', 'service')
  report(@Param('id') id: string): Promise<Report> {
    return composeReport(this.parts, id, this.parts.stopNow.signal);
  }

  @Get('conflicts')
  @Scopes('admin')
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
