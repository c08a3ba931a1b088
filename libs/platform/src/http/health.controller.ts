import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import { type Health, type HealthReport } from '../health.js';
import { Open } from './access.guard.js';
import { HEALTH } from './tokens.js';

interface Reply {
  status(code: number): { send(body: unknown): unknown };
}

@Controller('health')
@Open()
export class HealthController {
  constructor(@Inject(HEALTH) private readonly health: Health) {}

  @Get('live')
  live(@Res() reply: Reply): void {
    answer(reply, this.health.live());
  }

  @Get('ready')
  async ready(@Res() reply: Reply): Promise<void> {
    answer(reply, await this.health.ready());
  }
}

function answer(reply: Reply, report: HealthReport): void {
  reply.status(report.status === 'ok' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE).send(report);
}
