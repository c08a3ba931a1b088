import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { type Environment } from '../config.js';
import { Health } from '../health.js';
import { type Logger } from '../logging.js';
import { ACCESS_TOKENS, AccessGuard } from './access.guard.js';
import { HealthController } from './health.controller.js';
import { ApiDocument } from './openapi/api-document.js';
import { DocsController } from './openapi/docs.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { ENVIRONMENT, HEALTH, LOGGER } from './tokens.js';

/** What every service has: configuration, logger, health, bearer access, problem responses. */
@Global()
@Module({})
export class PlatformModule {
  static forService(environment: Environment, logger: Logger, health: Health): DynamicModule {
    return {
      module: PlatformModule,
      controllers: [HealthController, DocsController],
      providers: [
        { provide: ENVIRONMENT, useValue: environment },
        { provide: LOGGER, useValue: logger },
        { provide: HEALTH, useValue: health },
        {
          provide: ACCESS_TOKENS,
          useValue: { admin: environment.PORTAGE_ADMIN_TOKEN ?? [], service: environment.PORTAGE_SERVICE_TOKEN ?? [] },
        },
        ApiDocument,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [ENVIRONMENT, LOGGER, HEALTH, ACCESS_TOKENS],
    };
  }
}
