import { Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Describe, Scopes } from '@portage/platform/service';
import { z } from 'zod';
import { LOADER_PARTS, type LoaderParts } from '../loader-parts.js';
import { unknownConnection } from '../report/report.js';
import { probeNow } from './breakers.js';

const probed = z.strictObject({
  streams: z.array(z.string()).describe('Parked ones, of which a few rows are tried now.'),
});

/** For whoever has mended what made Klaviyo reject too much, and does not want to wait for the next try. */
@Controller('connections/:id/probe')
export class BreakersController {
  constructor(@Inject(LOADER_PARTS) private readonly parts: LoaderParts) {}

  @Post()
  @HttpCode(202)
  @Scopes('admin')
  @Describe({
    summary: 'Tries a few rows of parked streams at once.',
    description: 'Of the Klaviyo account of the connection. As soon as most of a few are accepted, the stream goes on.',
    params: { id: 'The connection.' },
    answers: { 202: { description: 'They are tried within seconds.', schema: probed } },
  })
  async probe(@Param('id') id: string): Promise<z.output<typeof probed>> {
    const { connections, database } = this.parts;
    if (connections.get(id) === undefined) await connections.refresh();
    const connection = connections.get(id);
    if (!connection) throw unknownConnection();
    return { streams: await probeNow(database, connection.target) };
  }
}
