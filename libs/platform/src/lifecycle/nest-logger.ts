import { type LoggerService } from '@nestjs/common';
import { type Logger } from '../logging.js';

/** Nest's own words at their own level, less its start-up chatter: silence is success. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  error(message: unknown, stack?: string, context?: string): void {
    // A failed start is told by runService, once; Nest would tell it again and quote foreign messages.
    if (context === 'ExceptionHandler' || context === 'NestApplication') return;
    this.logger.error({ context }, String(message));
    if (stack) this.logger.debug({ context, stack }, 'stack');
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }
}
