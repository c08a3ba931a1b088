import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import { z } from 'zod';
import { type Health, type HealthReport } from '../health.js';
import { Open } from './access.guard.js';
import { Describe } from './openapi/describe.js';
import { HEALTH } from './tokens.js';

interface Reply {
  status(code: number): { send(body: unknown): unknown };
}

const report = z.strictObject({
  status: z.enum(['ok', 'unavailable']),
  checks: z.record(z.string(), z.string()),
}) satisfies z.ZodType<HealthReport>;

@Controller('health')
export class HealthController {
  constructor(@Inject(HEALTH) private readonly health: Health) {}

  @Get('live')
  @Open()
  @Describe({
    summary: 'Whether the process works at all.',
    answers: {
      200: { description: 'It does.', schema: report },
      503: { description: 'Only a restart helps.', schema: report },
    },
  })
  live(@Res() reply: Reply): void {
    answer(reply, this.health.live());
  }

  @Get('ready')
  @Open()
  @Describe({
    summary: 'Whether the servers that the service needs answer; a vendor is never one of them.',
    answers: {
      200: { description: 'They do.', schema: report },
      503: { description: 'One does not; `checks` says which.', schema: report },
    },
  })
  async ready(@Res() reply: Reply): Promise<void> {
    answer(reply, await this.health.ready());
  }
}

function answer(reply: Reply, report: HealthReport): void {
  reply.status(report.status === 'ok' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE).send(report);
}
