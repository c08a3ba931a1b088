import { BadRequestException, Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Describe, Scopes } from '@portage/platform/service';
import { z } from 'zod';
import { type PublishedIds, PublishedIdsReader } from './published-ids.js';

const query = z.object({
  stream: z.enum(['lists', 'contacts', 'suppressions']),
  after: z.string().default('').describe('Where the page before ended.'),
  limit: z.coerce.number().int().min(1).max(10_000).default(5000),
});

const answer = z.strictObject({
  ids: z.array(z.strictObject({ id: z.string(), version: z.int() })).readonly(),
  after: z.string().nullable().describe('Null: that was the last page.'),
}) satisfies z.ZodType<PublishedIds>;

@Controller('connections/:id/source/ids')
export class PublishedIdsController {
  constructor(@Inject(PublishedIdsReader) private readonly ids: PublishedIdsReader) {}

  @Get()
  @Scopes('admin', 'service')
  @Describe({
    summary: 'Ids of a stream as the source was last read, with the versions that were published.',
    description: 'Costs no call of the vendor. Ids that went away are among them: their last record says so.',
    params: { id: 'The connection.' },
    query,
    answers: { 200: { description: 'A page, by id.', schema: answer } },
  })
  list(@Param('id') id: string, @Query() given: unknown): Promise<PublishedIds> {
    const parsed = query.safeParse(given);
    if (!parsed.success) throw new BadRequestException('Expected stream, and after and limit for pages.');
    return this.ids.page(id, parsed.data);
  }
}
